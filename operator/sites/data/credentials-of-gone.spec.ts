import assert from 'node:assert/strict';
import { collectCopies } from './orphaned-copies.ts';
import { copyName, goesWith, inForce, writes } from '../../testing/data.ts';
import type { World } from '../../testing/world.ts';
import { hostedSite, operatorNamespace } from '../../testing/world.ts';

describe('credentials of a site that is gone and should take them along', () => {
  async function gone(world: World): Promise<void> {
    world.cluster.remove('HostedSite', 'customer-a', 'shop');
    await world.pass();
  }

  function left({ cluster }: World): Promise<(string | undefined)[]> {
    return Promise.all([
      cluster.metadata('Secret', 'customer-a', 'shop-database').then((one) => one?.name),
      cluster.metadata('Secret', operatorNamespace, copyName).then((one) => one?.name),
    ]);
  }

  it('go with their copies when volumes and workloads are gone, not before', async () => {
    const world = await inForce();
    world.change({ deletionPolicy: 'Delete' });
    await world.settle();
    await gone(world);
    assert.deepEqual(await left(world), ['shop-database', copyName]);
    await world.collectGarbage();
    await world.pass();
    assert.deepEqual(await left(world), [undefined, undefined]);
    world.cluster.forgetRecords();
    await world.pass();
    assert.deepEqual(writes(world), []);
  });

  it('go when the last volume has gone, whatever process marked them', async () => {
    const world = await inForce({ deletionPolicy: 'Delete' });
    world.marked.clear();
    await gone(world);
    assert.equal((await left(world))[1], copyName);
    await world.collectGarbage();
    for (const name of world.names('Pod')) world.cluster.remove('Pod', 'customer-a', name);
    await world.pass();
    assert.deepEqual(await left(world), [undefined, undefined]);
  });

  it('stay while a volume is there that nobody owns, or a workload that was orphaned', async () => {
    for (const kind of ['PersistentVolumeClaim', 'Deployment'] as const) {
      const world = await inForce({ deletionPolicy: 'Delete' });
      await gone(world);
      const [kept] = world.cluster.list(kind);
      assert.ok(kept);
      await world.collectGarbage();
      const { ownerReferences: _, ...metadata } = kept.metadata;
      world.cluster.seed({ ...kept, metadata });
      await world.pass();
      assert.equal((await left(world))[1], copyName, kind);
    }
  });

  it('stay when the kind of sites is not known: then nobody can say that one is gone', async () => {
    const world = await inForce({ deletionPolicy: 'Delete' });
    world.cluster.remove('HostedSite', 'customer-a', 'shop');
    await world.collectGarbage();
    world.cluster.fail({ verb: 'list', kind: 'HostedSite', answer: { code: 404, reason: 'NotFound' } });
    await world.pass();
    assert.equal((await left(world))[1], copyName);
  });

  it('stay with Retain', async () => {
    const world = await inForce();
    await gone(world);
    await world.collectGarbage();
    await world.pass();
    assert.deepEqual(await left(world), ['shop-database', copyName]);
  });

  it('are those of the site that was made again meanwhile', async () => {
    const world = await inForce({ deletionPolicy: 'Delete' });
    world.cluster.remove('HostedSite', 'customer-a', 'shop');
    await world.collectGarbage();
    const { labelled } = world.cluster;
    world.cluster.labelled = async (kind, ...place) => {
      const found = await labelled.call(world.cluster, kind, ...place);
      if (kind === 'Deployment') {
        world.cluster.labelled = labelled;
        const metadata = { ...hostedSite().metadata, uid: 'another' };
        world.cluster.seed(hostedSite({ database: { engine: 'MariaDB' } }, { metadata }));
        await world.settle();
      }
      return found;
    };
    await assert.rejects(world.pass(), /Conflict/);
    assert.equal((await left(world))[1], copyName);
    assert.equal(await goesWith(world.cluster), '');
  });

  it('stay while the site is there, although nothing of it is', async () => {
    const world = await inForce({ deletionPolicy: 'Delete' });
    for (const kind of ['PersistentVolumeClaim', 'StatefulSet', 'Deployment'] as const) {
      for (const name of world.names(kind)) world.cluster.remove(kind, 'customer-a', name);
    }
    const metadata = { name: operatorNamespace, uid: 'of-the-operator' };
    world.cluster.seed({ apiVersion: 'v1', kind: 'Namespace', metadata });
    await collectCopies(world.context, new AbortController().signal);
    assert.deepEqual(await left(world), ['shop-database', copyName]);
  });
});
