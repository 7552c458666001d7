import assert from 'node:assert/strict';
import type { ObjectMeta } from '../components/component.ts';
import { World } from './test-world.ts';

/** A site in force, of which a child is missing, while what the caches say of the site is not what is there. */
async function repaired(change: (live: ObjectMeta) => ObjectMeta | undefined): Promise<World> {
  const world = new World();
  await world.bringUp();
  world.cluster.remove('Service', 'customer-a', 'shop-web');
  world.cluster.forgetRecords();
  const { metadata } = world.cluster;
  world.cluster.metadata = async (kind, namespace, name) => {
    const live = await metadata.call(world.cluster, kind, namespace, name);
    return kind === 'HostedSite' && live ? change(live) : live;
  };
  return world;
}

describe('a child that is missing', () => {
  it('is made again when the site is as it was seen', async () => {
    const world = await repaired((live) => live);
    await world.pass();
    assert.deepEqual(world.names('Service'), ['shop-web']);
  });

  const others: [title: string, change: (live: ObjectMeta) => ObjectMeta | undefined][] = [
    ['gone', () => undefined],
    ['another one', (live) => ({ ...live, uid: 'another' })],
    ['another generation', (live) => ({ ...live, generation: (live.generation ?? 0) + 1 })],
  ];
  for (const [title, change] of others) {
    it(`is not made again, and nothing is told, when the site is ${title} by now`, async () => {
      const world = await repaired(change);
      const outcome = await world.pass();
      assert.equal(outcome.kind, 'waiting');
      assert.ok(outcome.recheckAt);
      assert.deepEqual(world.cluster.writes, []);
    });
  }
});
