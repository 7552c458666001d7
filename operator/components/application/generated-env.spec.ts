import assert from 'node:assert/strict';
import type { Site } from '../component.ts';
import { observed, released, testSite } from '../../testing/site.ts';
import { application } from './index.ts';

const siteWith = (generatedEnv: string[], web: Partial<Site['web']> = {}, preset?: 'WordPress') =>
  testSite({ preset: preset ?? 'Generic', web: { generatedEnv, ...web } });
const secretsOf = (site: Site) =>
  application.manifests(site, observed(), released()).filter(({ object }) => object.kind === 'Secret');
const namesOf = (site: Site) => secretsOf(site).map(({ object }) => object.metadata.name);

describe('generated variables', () => {
  it('are a kept Secret each, of 256 random bits', () => {
    const [secret] = secretsOf(siteWith(['SECRET_KEY']));
    assert.deepEqual(secret, {
      object: {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'shop-env-secret-key-73ef2a4e' },
        type: 'Opaque',
      },
      lifetime: 'kept',
      write: 'createOnce',
      generate: { SECRET_KEY: { bytes: 32 } },
      named: true,
    });
  });

  it('reach every pod by reference', () => {
    const env = application.bindings?.(siteWith(['A_KEY', 'B_KEY']), observed()).env ?? [];
    const [a, b] = namesOf(siteWith(['A_KEY', 'B_KEY']));
    assert.deepEqual(env, [
      { name: 'A_KEY', valueFrom: { secretKeyRef: { name: a, key: 'A_KEY' } } },
      { name: 'B_KEY', valueFrom: { secretKeyRef: { name: b, key: 'B_KEY' } } },
    ]);
  });

  it('leave the Secrets of others as they are when one comes', () => {
    assert.deepEqual(namesOf(siteWith(['B', 'A', 'C'])).slice(0, 2), namesOf(siteWith(['B', 'A'])));
    assert.deepEqual(namesOf(siteWith(['A', 'B'])).sort(), namesOf(siteWith(['B', 'A'])).sort());
  });

  it('have names of objects, each its own', () => {
    const names = namesOf(siteWith(['A_B', 'A__B', 'a_b', '_A_B', 'A_B_', '_', '__', 'X'.repeat(128)]));
    assert.equal(new Set(names).size, names.length);
    for (const name of names) assert.match(name, /^[a-z0-9]([-a-z0-9]{0,251}[a-z0-9])$/);
  });

  it('make a Generic site have the component', () => {
    assert.ok(!application.enabled(siteWith([])));
    assert.ok(application.enabled(siteWith(['A'])));
  });

  const refused: [string, Site, RegExp][] = [
    ['in web.env too', siteWith(['A'], { env: [{ name: 'A', value: 'b' }] }), /both name A\. Take it out/],
    ['of the database', siteWith(['DATABASE_PASSWORD']), /DATABASE_PASSWORD, which the platform sets/],
    ['of the object cache', siteWith(['REDIS_PASSWORD']), /REDIS_PASSWORD, which/],
    ["of the preset's keys", siteWith(['WORDPRESS_AUTH_KEY'], {}, 'WordPress'), /WORDPRESS_AUTH_KEY, which/],
    ["of the preset's settings", siteWith(['DISABLE_WP_CRON'], {}, 'WordPress'), /DISABLE_WP_CRON, which/],
    ['of the environment', siteWith(['WP_ENVIRONMENT_TYPE'], {}, 'WordPress'), /WP_ENVIRONMENT_TYPE, which/],
    ["of the site's address", siteWith(['SITE_URL']), /SITE_URL, which/],
  ];
  for (const [title, site, message] of refused) {
    it(`are refused with a name ${title}`, () => {
      const [refusal, ...more] = application.refusals?.(site, observed()) ?? [];
      assert.equal(refusal?.reason, 'VariableTaken');
      assert.match(refusal.message, message);
      assert.deepEqual(more, []);
    });
  }

  it('are taken with any other name', () => {
    const site = siteWith(['SECRET_KEY', 'SITES'], { env: [{ name: 'SECRET', value: 'b' }] });
    assert.deepEqual(application.refusals?.(site, observed()), []);
  });
});
