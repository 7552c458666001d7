import assert from 'node:assert/strict';
import type { Manifest, OwnerReference } from '../../components/component.ts';
import { siteLabels } from '../../objects/labels.ts';
import {
  claims,
  ending,
  inForce,
  later,
  nobodys,
  ofSomebodyElse,
  owner,
  owners,
  reallyIs,
  sites,
  writes,
} from '../../testing/data.ts';
import { hostedSite } from '../../testing/world.ts';

describe('volumes and credentials of a site', () => {
  it('with Retain: are nobody’s, and nothing of ours stands in the way of its end', async () => {
    const world = await inForce();
    assert.deepEqual(await owners(world), nobodys);
    assert.equal(world.status.deletionPolicy, 'Retain');
    ending(world, [ofSomebodyElse]);
    assert.deepEqual(await world.pass(), { kind: 'settled' });
    assert.deepEqual(writes(world), []);
  });

  it('with Delete: are the site’s, and it has no finalizer of ours', async () => {
    const world = await inForce({ deletionPolicy: 'Delete' });
    assert.deepEqual(await owners(world), sites);
    assert.equal(world.status.deletionPolicy, 'Delete');
    assert.equal(world.site.metadata.finalizers, undefined);
    world.cluster.remove('HostedSite', 'customer-a', 'shop');
    await world.collectGarbage();
    assert.deepEqual(world.names('PersistentVolumeClaim'), []);
    assert.equal(await world.cluster.read('Secret', 'customer-a', 'shop-database'), undefined);
  });

  it('follow a policy that changes, there and back, and nothing else is written again', async () => {
    const world = await inForce();
    world.change({ deletionPolicy: 'Delete' });
    await world.settle();
    assert.deepEqual(await owners(world), later);
    assert.equal(world.status.deletionPolicy, 'Delete');
    const secret = await world.cluster.read('Secret', 'customer-a', 'shop-database');
    world.change({ deletionPolicy: 'Retain' });
    await world.settle();
    assert.deepEqual(await owners(world), nobodys);
    assert.equal(world.status.deletionPolicy, 'Retain');
    const after = await world.cluster.read('Secret', 'customer-a', 'shop-database');
    assert.deepEqual(after?.['data'], secret?.['data']);
    assert.deepEqual(
      world.cluster.events.map(({ reason, note }) => `${reason} ${note.split(': ')[1]}`),
      ['DeletionPolicyInForce Delete.', 'DeletionPolicyInForce Retain.'],
    );
    assert.deepEqual(
      world.cluster.applied.filter(({ kind }) => kind === 'StatefulSet' || kind === 'Deployment'),
      [],
    );
  });

  it('take along what was taken out of the spec before', async () => {
    const world = await inForce();
    world.cluster.edit('HostedSite', 'customer-a', 'shop', (site) => {
      site['spec'] = hostedSite({ deletionPolicy: 'Delete' }).spec;
    });
    await world.settle();
    assert.deepEqual(await owners(world), later);
  });

  it('stay when the policy is Retain again, of a site that is suspended or refused too', async () => {
    for (const spec of [{ suspend: true }, { files: { storageClassName: 'nowhere' } }]) {
      const world = await inForce({ deletionPolicy: 'Delete' });
      world.change({ deletionPolicy: 'Retain', ...spec });
      await world.settle();
      assert.deepEqual(await owners(world), nobodys, JSON.stringify(spec));
    }
  });

  it('stay when the policy is Retain again of a site that is on its way out', async () => {
    const world = await inForce({ deletionPolicy: 'Delete' });
    world.change({ deletionPolicy: 'Retain' });
    ending(world, ['foregroundDeletion']);
    await world.pass();
    assert.deepEqual(await owners(world), nobodys);
  });

  it('become nobody’s of a site that is on its way out: it may have been orphaned', async () => {
    const world = await inForce();
    world.change({ deletionPolicy: 'Delete' });
    ending(world, ['orphan']);
    await world.pass();
    assert.deepEqual(await owners(world), nobodys);
    assert.deepEqual(writes(world), []);
  });

  it('become nobody’s of a site that is another one, or wants something else, and is not seen yet', async () => {
    const changes: ((site: Manifest) => Manifest)[] = [
      (site) => ({ ...site, metadata: { ...site.metadata, uid: 'anew' } }),
      (site) => ({ ...site, spec: hostedSite({}).spec }),
      (site) => ({ ...site, metadata: { ...site.metadata, deletionTimestamp: '2030-01-01T13:00:00Z' } }),
      (site) => ({ ...site, status: { ...(site['status'] as object), deletionPolicy: 'Delete' } }),
    ];
    for (const change of changes) {
      const world = await inForce();
      world.change({ deletionPolicy: 'Delete' });
      reallyIs(world, change);
      await world.pass();
      assert.deepEqual(await owners(world), nobodys);
      assert.equal(world.status.deletionPolicy, 'Retain');
    }
  });

  it('are not taken from another owner', async () => {
    const world = await inForce();
    const others: OwnerReference[][] = [
      [{ ...owner, name: 'blog', uid: 'blog-uid' }],
      [{ apiVersion: 'example.org/v1', kind: 'Backup', name: 'b', uid: 'b', controller: true }],
    ];
    for (const [index, name] of claims.entries())
      world.cluster.edit('PersistentVolumeClaim', 'customer-a', name, ({ metadata }) => {
        metadata.ownerReferences = others[index] ?? [];
      });
    world.change({ deletionPolicy: 'Delete' });
    await world.settle();
    assert.deepEqual((await owners(world)).slice(0, 2), others);
  });

  it('are not given when the claim is another one meanwhile', async () => {
    const world = await inForce();
    world.change({ deletionPolicy: 'Delete' });
    const { labelled } = world.cluster;
    world.cluster.labelled = async (kind, ...place) => {
      const found = await labelled.call(world.cluster, kind, ...place);
      if (kind === 'PersistentVolumeClaim')
        world.cluster.edit(kind, 'customer-a', 'shop-files', ({ metadata: own }) => {
          own.annotations = { ...own.annotations, of: `look ${own.resourceVersion}` };
        });
      return found;
    };
    for (let passes = 0; passes < 3; passes += 1) await world.pass().catch(() => undefined);
    assert.deepEqual((await owners(world))[1], []);
  });

  it('are not given when they are nothing that the operator made', async () => {
    const world = await inForce();
    const annotations = { 'hostedsite.dev/applied-hash': 'x' };
    const labels = siteLabels({ name: 'shop' });
    const metadata = { name: 'clone', namespace: 'customer-a', labels, annotations };
    world.cluster.seed({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata });
    world.change({ deletionPolicy: 'Delete' });
    await world.settle();
    const clone = await world.cluster.read('PersistentVolumeClaim', 'customer-a', 'clone');
    assert.equal(clone?.metadata.ownerReferences, undefined);
  });
});
