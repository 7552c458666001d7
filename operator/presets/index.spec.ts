import assert from 'node:assert/strict';
import { quoted } from '../components/cache/vcl/patterns.ts';
import { presets } from './index.ts';

describe('presets', () => {
  for (const [name, preset] of Object.entries(presets)) {
    describe(name, () => {
      it('knows its own name', () => {
        assert.equal(preset.name, name);
      });

      it('holds regular expressions that can stand in VCL', () => {
        for (const pattern of [...preset.passCookies, ...preset.passPaths, ...preset.deniedPaths]) {
          assert.ok(new RegExp(`^(?:${pattern})`));
          quoted(pattern);
        }
      });

      it('writes paths as paths', () => {
        for (const path of [...preset.passPaths, ...preset.deniedPaths, preset.healthPath]) {
          assert.match(path, /^\//);
        }
        for (const path of [...preset.writablePaths, ...(preset.filesPath ? [preset.filesPath] : [])]) {
          assert.match(path, /^(?:\/[a-z0-9-]+)+$/);
        }
      });

      it('names each variable once', () => {
        const names = [
          ...Object.keys(preset.env),
          ...Object.keys(preset.generatedEnv),
          ...Object.values(preset.databaseEnv),
          ...Object.values(preset.objectCacheEnv).flatMap((names) => Object.values(names)),
          preset.environmentEnv.name,
        ];
        assert.equal(new Set(names).size, names.length);
      });

      it('leaves the port of the cache alone', () => {
        assert.notEqual(preset.port, 6081);
      });

      it('checks its health where nothing is refused', () => {
        for (const denied of preset.deniedPaths) {
          assert.doesNotMatch(preset.healthPath, new RegExp(`^(?:${denied})`));
        }
      });
    });
  }
});

describe('Generic', () => {
  it('takes every cookie for a session', () => {
    assert.ok(presets.Generic.passCookies.some((pattern) => new RegExp(`^(?:${pattern})$`).test('anything')));
  });
});

describe('WordPress', () => {
  const { passCookies, passPaths, deniedPaths } = presets.WordPress;
  const isOneOf = (patterns: readonly string[], text: string, end = '') =>
    patterns.some((pattern) => new RegExp(`^(?:${pattern})${end}`).test(text));

  it('takes who is logged in, writes or buys for a person', () => {
    for (const cookie of [
      'wordpress_logged_in_0123',
      'wordpress_sec_0123',
      'wordpress_0123456789abcdef0123456789abcdef',
      'comment_author_0123',
      'wp-postpass_0123',
      'woocommerce_items_in_cart',
      'wp_woocommerce_session_0123',
    ]) {
      assert.ok(isOneOf(passCookies, cookie, '$'), cookie);
    }
  });

  it('does not take the cookie for one that every visitor of the login form gets', () => {
    assert.ok(!isOneOf(passCookies, 'wordpress_test_cookie', '$'));
  });

  it('never stores what belongs to one person', () => {
    for (const path of [
      '/wp-admin/',
      '/wp-login.php',
      '/wp-json/wp/v2/users/me',
      '/wp-cron.php',
      '/xmlrpc.php',
    ]) {
      assert.ok(isOneOf(passPaths, path), path);
    }
    for (const path of ['/', '/hello-world/', '/wp-content/themes/a.css'])
      assert.ok(!isOneOf(passPaths, path));
  });

  it('lets nobody else install, and runs no uploaded script', () => {
    for (const path of [
      '/wp-admin/install.php',
      '/wp-admin/setup-config.php',
      '/wp-content/uploads/2030/01/a.php',
      '/wp-content/uploads/a.phtml/x',
    ]) {
      assert.ok(isOneOf(deniedPaths, path), path);
    }
    for (const path of ['/wp-content/uploads/php.jpg', '/wp-admin/upgrade.php']) {
      assert.ok(!isOneOf(deniedPaths, path), path);
    }
  });
});
