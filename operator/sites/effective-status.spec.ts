import assert from 'node:assert/strict';
import { components } from '../components/index.ts';
import { defaultSizes } from '../components/sizes.ts';
import type { HostedSiteSpec } from '../kinds/hosted-site/hosted-site.ts';
import { World, settings, sight } from '../testing/world.ts';
import { effective } from './effective.ts';
import { resolve } from './resolve.ts';

describe('status.effective of a pass', () => {
  const shown = (world: World) => world.site.status?.effective;

  it('comes with the status that an edit writes anyway', async () => {
    const world = new World({}, components);
    await world.bringUp();
    assert.deepEqual(shown(world), effective(resolve(world.site, settings), sight([], world.site)));
    world.cluster.forgetRecords();
    world.change({ cache: { memory: '80Mi' } });
    await world.pass();
    assert.equal((shown(world) as HostedSiteSpec).cache?.memory, '80Mi');
    const { writes } = world.cluster;
    assert.equal(writes.filter(({ verb }) => verb === 'status').length, 1);
  });

  it('is what the spec asks for while the site is suspended, or refused', async () => {
    const world = new World({}, components);
    await world.bringUp();
    world.change({ suspend: true, cache: { memory: '80Mi' } });
    await world.pass();
    assert.equal((shown(world) as HostedSiteSpec).cache?.memory, '80Mi');
    world.change({ suspend: false, replicas: 2, files: {} });
    await world.pass();
    assert.equal(world.condition('Stalled'), 'True/AccessModeConflict');
    assert.equal((shown(world) as HostedSiteSpec).replicas, 2);
  });

  it('is not said of a maintenance page that only a release shows', async () => {
    const world = new World({}, components);
    await world.bringUp();
    world.change({
      image: 'registry.example.org/shop:2',
      release: { command: ['migrate'], order: 'Maintenance' },
    });
    await world.pass();
    await world.pass();
    assert.ok(world.names('Deployment').includes('shop-maintenance'), 'the release shows its page');
    assert.deepEqual((shown(world) as HostedSiteSpec).route?.maintenance, { enabled: false });
  });

  it('is absent where the spec could not be resolved', async () => {
    const world = new World({}, components);
    await world.bringUp();
    const { Small: _, ...sizes } = defaultSizes;
    world.settings = { ...settings, sizes: sizes as typeof defaultSizes };
    await world.pass().catch(() => undefined);
    assert.equal(shown(world), undefined);
    assert.equal(world.site.status?.observedGeneration, 1);
  });
});
