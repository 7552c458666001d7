import assert from 'node:assert/strict';
import { installation } from './wordpress-installation.ts';

describe('the installation of WordPress', () => {
  const before = (first: string, second: string) => {
    const [a, b] = [installation.indexOf(first), installation.indexOf(second)];
    assert.ok(a >= 0 && b >= 0, `${first}, ${second}`);
    assert.ok(a < b, `${first} before ${second}`);
  };

  it('reaches PHP as it is: Kubernetes reads $( and $$ in a command in its own way', () => {
    assert.doesNotMatch(installation, /\$[($]/);
  });

  it('holds no value: all of them come from the environment', () => {
    for (const name of ['SITE_TITLE', 'SITE_HOST', 'SITE_ADMIN_USER', 'SITE_ADMIN_PASSWORD', 'SITE_PUBLIC']) {
      assert.ok(installation.includes(`getenv('${name}')`), name);
    }
  });

  it('leaves a database alone that is in use', () => {
    before("['siteurl']", 'wp_install(');
  });

  it('takes no other error for an empty database', () => {
    before('site_stop($wpdb->last_error)', 'wp_install(');
  });

  it('marks what is not complete before WordPress calls itself installed, until everything is there', () => {
    before("add_option('hostedsite_installing'", 'wp_install(');
    before('set_permalink_structure', "delete_option('hostedsite_installing'");
    before('username_exists', "delete_option('hostedsite_installing'");
  });

  it('fails unless it came to its end', () => {
    before('register_shutdown_function', 'wp-load.php');
    assert.equal(installation.match(/\$site_installed = true/g)?.length, 2);
  });

  it('sends no mail and asks nobody', () => {
    before('function wp_new_blog_notification', 'wp-load.php');
    before('pre_wp_mail', 'wp_install(');
    before('pre_http_request', 'wp_install(');
  });

  it('writes addresses that the REST interface works with', () => {
    assert.ok(installation.includes("set_permalink_structure('/%postname%/')"));
  });
});
