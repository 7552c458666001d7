import assert from 'node:assert/strict';
import type { ObjectMeta } from '../components/component.ts';
import { components } from '../components/index.ts';
import { World } from '../testing/world.ts';

type Change = (live: ObjectMeta) => ObjectMeta | undefined;

/** A site in force, of which a child is missing, while what the caches say of its objects of a kind is not what is there. */
async function repaired(changed: string, change: Change): Promise<World> {
  const world = new World();
  await world.bringUp();
  world.cluster.remove('Service', 'customer-a', 'shop-web');
  world.cluster.forgetRecords();
  const { metadata } = world.cluster;
  world.cluster.metadata = async (kind, namespace, name) => {
    const live = await metadata.call(world.cluster, kind, namespace, name);
    return kind === changed && live ? change(live) : live;
  };
  return world;
}

describe('a child that is missing', () => {
  it('is made again when the site is as it was seen', async () => {
    const world = await repaired('HostedSite', (live) => live);
    await world.pass();
    assert.deepEqual(world.names('Service'), ['shop-web']);
  });

  const gone: Change = () => undefined;
  const another: Change = (live) => ({ ...live, uid: 'another' });
  const changed: Change = (live) => ({ ...live, generation: (live.generation ?? 0) + 1 });
  const others: [kind: string, is: string, change: Change][] = [
    ['HostedSite', 'gone', gone],
    ['HostedSite', 'another one', another],
    ['HostedSite', 'changed', changed],
    ['Ingress', 'gone', gone],
    ['Ingress', 'another one', another],
    ['Ingress', 'changed', changed],
    ['ConfigMap', 'gone', gone],
    ['ConfigMap', 'another one', another],
    ['Pod', 'gone', gone],
  ];
  for (const [kind, is, change] of others) {
    it(`is not made again, and nothing is told, when the ${kind} is ${is} by now`, async () => {
      const world = await repaired(kind, change);
      const outcome = await world.pass();
      assert.equal(outcome.kind, 'waiting');
      assert.ok(outcome.recheckAt);
      assert.deepEqual(world.cluster.writes, []);
    });
  }

  it('is not made again while what was seen cannot be had', async () => {
    const world = await repaired('Ingress', () => {
      throw new Error('unavailable');
    });
    await assert.rejects(world.pass(), /unavailable/);
    assert.deepEqual(world.names('Service'), []);
  });

  it('is made again as soon as the caches tell what is there', async () => {
    const world = await repaired('Ingress', changed);
    const { metadata } = Object.getPrototypeOf(world.cluster) as Pick<typeof world.cluster, 'metadata'>;
    await world.pass();
    world.cluster.metadata = metadata;
    await world.pass();
    assert.deepEqual(world.names('Service'), ['shop-web']);
  });
});

describe('a Job that is missing', () => {
  it('is not made again, nor Secrets for it, for a site that is gone by now', async () => {
    const world = new World(
      { preset: 'WordPress', files: { size: '1Gi' }, database: { engine: 'MariaDB' } },
      components,
    );
    await world.bringUp();
    const [job = ''] = world.names('Job');
    world.cluster.remove('Job', 'customer-a', job);
    world.cluster.forgetRecords();
    const { metadata } = world.cluster;
    world.cluster.metadata = async (kind, namespace, name) =>
      kind === 'HostedSite' ? undefined : metadata.call(world.cluster, kind, namespace, name);
    assert.equal((await world.pass()).kind, 'waiting');
    assert.deepEqual(world.cluster.writes, []);
    world.cluster.metadata = metadata;
    await world.pass();
    assert.deepEqual(world.names('Job'), [job]);
  });
});

describe('a revision that is missing', () => {
  const without = async (): Promise<[World, string]> => {
    const world = new World();
    await world.bringUp();
    const [revision = ''] = world.names('ControllerRevision');
    world.cluster.remove('ControllerRevision', 'customer-a', revision);
    return [world, revision];
  };

  it('is a new one: nothing is asked about but the site', async () => {
    const [world, revision] = await without();
    const { metadata } = world.cluster;
    world.cluster.metadata = (kind, namespace, name) => {
      assert.equal(kind, 'HostedSite');
      return metadata.call(world.cluster, kind, namespace, name);
    };
    await world.pass();
    assert.deepEqual(world.names('ControllerRevision'), [revision]);
  });

  it('is not made for a site that is gone, of which the caches have not heard yet', async () => {
    const [world] = await without();
    world.cluster.metadata = () => Promise.resolve(undefined);
    await world.pass();
    assert.deepEqual(world.names('ControllerRevision'), []);
  });
});
