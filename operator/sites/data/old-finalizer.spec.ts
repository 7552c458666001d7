import assert from 'node:assert/strict';
import {
  ending,
  inForce,
  later,
  nobodys,
  ofSomebodyElse,
  oldFinalizer,
  onceClaimsAreWritten,
  owners,
  reallyIs,
  writes,
} from '../../testing/data.ts';
import type { World } from '../../testing/world.ts';
import { hostedSite } from '../../testing/world.ts';

describe('a finalizer of an earlier version', () => {
  /** As an earlier operator set it. */
  async function withFinalizer({ cluster }: World): Promise<void> {
    const { apiVersion, kind, metadata } = hostedSite();
    const { name, namespace } = metadata;
    await cluster.apply(
      { apiVersion, kind, metadata: { name, namespace, finalizers: [oldFinalizer] } },
      { fieldManager: 'hostedsite', force: true },
    );
    cluster.edit('HostedSite', 'customer-a', 'shop', (site) => {
      delete (site['status'] as { deletionPolicy?: string }).deletionPolicy;
    });
  }

  /** Nothing is owned, and the policy was there before this version. */
  async function ofEarlierVersion(policy: 'Retain' | 'Delete'): Promise<World> {
    const world = await inForce();
    world.change({ deletionPolicy: policy });
    await withFinalizer(world);
    world.cluster.forgetRecords();
    return world;
  }

  it('goes when the data is the site’s', async () => {
    const world = await ofEarlierVersion('Delete');
    await world.settle();
    assert.deepEqual(world.site.metadata.finalizers ?? [], []);
    assert.deepEqual(await owners(world), later);
    const all = writes(world);
    assert.ok(all.indexOf('merge HostedSite/shop') > all.indexOf('merge PersistentVolumeClaim/shop-files'));
  });

  it('goes of a site that is on its way out, and the data with it', async () => {
    const world = await ofEarlierVersion('Delete');
    ending(world, [oldFinalizer, 'foregroundDeletion']);
    await world.pass();
    assert.deepEqual(world.site.metadata.finalizers, ['foregroundDeletion']);
    assert.deepEqual(await owners(world), later);
    assert.equal(writes(world).at(-1), 'merge HostedSite/shop');
  });

  it('goes of a site whose policy became Retain, and the data stays', async () => {
    const world = await ofEarlierVersion('Retain');
    ending(world, [oldFinalizer, ofSomebodyElse]);
    await world.pass();
    assert.deepEqual(world.site.metadata.finalizers, [ofSomebodyElse]);
    assert.deepEqual(await owners(world), nobodys);
  });

  it('goes of a site that is orphaned, and the data stays', async () => {
    const world = await ofEarlierVersion('Delete');
    ending(world, [oldFinalizer, 'orphan']);
    await world.pass();
    assert.deepEqual(world.site.metadata.finalizers, ['orphan']);
    assert.deepEqual(await owners(world), nobodys);
  });

  it('stays while the policy that was seen is not the one that is there', async () => {
    const world = await ofEarlierVersion('Delete');
    ending(world, [oldFinalizer, ofSomebodyElse]);
    reallyIs(world, (site) => ({ ...site, spec: hostedSite({}).spec }));
    await world.pass();
    assert.deepEqual(world.site.metadata.finalizers, [oldFinalizer, ofSomebodyElse]);
    assert.deepEqual(writes(world), []);
  });

  it('goes of a site that was orphaned a moment ago, and the data stays', async () => {
    const world = await ofEarlierVersion('Delete');
    for (const [kind, name] of [
      ['Deployment', 'shop-web'],
      ['StatefulSet', 'shop-database'],
    ] as const)
      world.cluster.edit(kind, 'customer-a', name, ({ metadata }) => delete metadata.ownerReferences);
    ending(world, [oldFinalizer, ofSomebodyElse]);
    await world.pass();
    assert.deepEqual(world.site.metadata.finalizers, [ofSomebodyElse]);
    assert.deepEqual(await owners(world), nobodys);
  });

  for (const given of [1, 2]) {
    it(`stays when the policy became Retain after ${given} claims were given: the next pass takes them`, async () => {
      const world = await ofEarlierVersion('Delete');
      ending(world, [oldFinalizer]);
      onceClaimsAreWritten(world, given, () => world.change({ deletionPolicy: 'Retain' }));
      await world.pass();
      assert.deepEqual(world.site?.metadata.finalizers, [oldFinalizer]);
      await world.pass();
      assert.equal(world.site, undefined);
      assert.deepEqual((await owners(world)).slice(0, 3), nobodys.slice(0, 3));
    });
  }
});
