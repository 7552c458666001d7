import assert from 'node:assert/strict';
import { components } from '../index.ts';
import { merged } from './resources.ts';
import { observed, released, testDatabase, testObjectCache, testSite } from '../../testing/site.ts';
import type { Site } from '../component.ts';

const own = {
  requests: { cpu: '50m', memory: '200Mi', 'ephemeral-storage': '16Mi' },
  limits: { cpu: '1', memory: '200Mi', 'ephemeral-storage': '256Mi' },
};

describe('the resources of a part', () => {
  it('are its own where nothing is written, in the same order', () => {
    assert.equal(JSON.stringify(merged(own)), JSON.stringify(own));
    assert.equal(JSON.stringify(merged(own, {})), JSON.stringify(own));
  });

  it('are what is written, and the other side follows', () => {
    const written = { requests: { cpu: 2 }, limits: { 'ephemeral-storage': '8Mi' } };
    assert.deepEqual(merged(own, written), {
      requests: { cpu: '2', memory: '200Mi', 'ephemeral-storage': '8Mi' },
      limits: { cpu: '2', memory: '200Mi', 'ephemeral-storage': '8Mi' },
    });
  });

  /** An amount that no part has by itself, so that it is known where it is found. */
  const written = { requests: { cpu: '77m' }, limits: { 'ephemeral-storage': '777Mi' } };
  const resources = { requests: { cpu: '77m' }, limits: { cpu: '1', 'ephemeral-storage': '777Mi' } };
  const parts: [what: string, kind: string, name: string, site: Partial<Site>][] = [
    ['the database', 'StatefulSet', 'shop-database', { database: { ...testDatabase, resources } }],
    [
      'the object cache',
      'Deployment',
      'shop-object-cache',
      { objectCache: { ...testObjectCache, resources: written } },
    ],
    [
      'the maintenance page',
      'Deployment',
      'shop-maintenance',
      { replicas: 0, cache: { ...testSite().cache, resources: written } },
    ],
  ];
  for (const [what, kind, name, overrides] of parts) {
    it(`reach the pods of ${what}`, () => {
      const rendered = (site: Site) =>
        JSON.stringify(
          components
            .flatMap((component) => component.manifests(site, observed(), released()))
            .find(({ object }) => object.kind === kind && object.metadata.name === name)?.object,
        );
      const { preset: _, ...site } = overrides;
      const text = rendered(testSite({ preset: 'Generic', ...site }));
      assert.match(text, /"cpu":"77m"/);
      assert.match(text, /"ephemeral-storage":"777Mi"/);
    });
  }

  it('reach the cache of the serving pod', () => {
    const site = testSite({ cache: { resources: written } });
    const part = components.find(({ name }) => name === 'cache')?.sidecar?.(site, observed());
    assert.match(JSON.stringify(part), /"cpu":"77m".*"ephemeral-storage":"777Mi"/);
  });
});
