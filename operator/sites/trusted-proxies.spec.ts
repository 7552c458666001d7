import assert from 'node:assert/strict';
import type { HostedSiteSpec } from '../kinds/hosted-site/hosted-site.ts';
import { components } from '../components/index.ts';
import { resolve } from './resolve.ts';
import { World, hostedSite, settings } from '../testing/world.ts';

describe('trusted proxies', () => {
  const ours = ['203.0.113.0/24'];
  const of = (route: HostedSiteSpec['route'], trustedProxies?: readonly string[]) =>
    resolve(
      hostedSite(route === undefined ? {} : { route }),
      trustedProxies === undefined ? settings : { ...settings, trustedProxies },
    ).route.trustedProxies;
  it('are those of the configuration where the site names none', () => {
    assert.deepEqual([of(undefined, ours), of({ redirectToHTTPS: true }, ours)], [ours, ours]);
  });
  it("are the site's own where it names some, or an empty list", () => {
    assert.deepEqual(of({ trustedProxies: ['198.51.100.0/24'] }, ours), ['198.51.100.0/24']);
    assert.deepEqual(of({ trustedProxies: [] }, ours), []);
  });
  it('are absent where nobody names any, so nothing is rendered otherwise', () => {
    assert.deepEqual([of(undefined), of(undefined, [])], [undefined, undefined]);
  });
});

describe('proxies that the configuration names', () => {
  it('reach a site with its next release, and restart nothing before', async () => {
    const world = new World({}, components);
    await world.bringUp();
    world.settings = { ...world.settings, trustedProxies: ['203.0.113.0/24'] };
    world.cluster.forgetRecords();
    await world.settle();
    assert.deepEqual([...world.cluster.applied, ...world.cluster.created], []);
    assert.equal(world.condition('RenderingCurrent'), 'False/OlderRendering');
    world.cluster.edit('HostedSite', 'customer-a', 'shop', ({ metadata }) => {
      metadata.annotations = { 'hostedsite.dev/restartedAt': 'now' };
    });
    await world.settle();
    const written = JSON.stringify(world.cluster.applied.filter(({ kind }) => kind === 'ConfigMap'));
    assert.match(written, /acl trusted_proxies \{.*203\.0\.113\.0/);
  });
});
