import assert from 'node:assert/strict';
import type { HostedSiteSpec } from '../kinds/hosted-site/hosted-site.ts';
import { components } from '../components/index.ts';
import { bySite } from './site-key.ts';
import { World, hostedSite } from '../testing/world.ts';

const wordpress: Partial<HostedSiteSpec> = { preset: 'WordPress', database: { engine: 'MariaDB' } };
const claims = ['data-shop-database-0', 'shop-files'];

/** What a site of the same name has left, while its last pods end: claims are not gone before these. */
function afterDeletion(): World {
  const world = new World(wordpress, components);
  for (const name of claims) {
    const labels = {
      'app.kubernetes.io/managed-by': 'hostedsite',
      'app.kubernetes.io/instance': 'shop',
      'app.kubernetes.io/name': 'hostedsite',
    };
    world.cluster.seed({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: {
        name,
        namespace: 'customer-a',
        labels: { ...labels, 'app.kubernetes.io/component': name === 'shop-files' ? 'files' : 'database' },
        deletionTimestamp: '2030-01-01T11:59:59Z',
        finalizers: ['kubernetes.io/pvc-protection'],
      },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
      status: { phase: 'Bound' },
    });
  }
  return world;
}

describe('a site that is made again while its claims are being deleted', () => {
  it('waits for their end with what would mount them, and is told so', async () => {
    const world = afterDeletion();
    await world.settle();
    assert.deepEqual([world.names('StatefulSet'), world.names('Deployment')], [[], []]);
    assert.equal(world.condition('DatabaseReady'), 'Unknown/Provisioning');
    assert.equal(world.condition('Stalled'), undefined);
    assert.equal(world.condition('Ready'), 'Unknown/Progressing');
  });

  it('goes on with new ones', async () => {
    const world = afterDeletion();
    await world.settle();
    for (const name of claims) world.cluster.remove('PersistentVolumeClaim', 'customer-a', name);
    await world.bringUp();
    await world.bringUp();
    assert.deepEqual(world.names('PersistentVolumeClaim'), claims);
    assert.equal(world.condition('Ready'), 'True/Serving');
  });

  it('waits for those that its predecessor owned, which nobody has marked yet', async () => {
    const world = new World({ ...wordpress, deletionPolicy: 'Delete' }, components);
    await world.bringUp();
    const [before] = world.cluster.list('PersistentVolumeClaim');
    assert.equal(before?.metadata.ownerReferences?.[0]?.uid, 'site-uid');
    world.cluster.remove('HostedSite', 'customer-a', 'shop');
    for (const { metadata } of world.cluster
      .find(bySite, 'customer-a/shop')
      .filter(({ kind }) => kind === 'Pod'))
      world.cluster.remove('Pod', metadata.namespace, metadata.name);
    world.cluster.seed(hostedSite(wordpress, { metadata: { ...hostedSite().metadata, uid: 'another' } }));
    await world.settle();
    assert.equal(world.condition('DatabaseReady'), 'Unknown/Provisioning');
    assert.equal(world.condition('Stalled'), undefined);
    assert.equal(world.cluster.list('PersistentVolumeClaim')[0]?.metadata.uid, before?.metadata.uid);
    await world.collectGarbage();
    await world.bringUp();
    await world.bringUp();
    const after = world.cluster.list('PersistentVolumeClaim');
    assert.deepEqual(
      after.map(({ metadata }) => metadata.ownerReferences),
      [undefined, undefined],
    );
    assert.equal(world.condition('Ready'), 'True/Serving');
  });

  it('does not take the server of the site before for one of its own that lost its claim', async () => {
    const world = new World(wordpress, components);
    const by = { apiVersion: 'hostedsite.dev/v1alpha1', kind: 'HostedSite', name: 'shop', uid: 'former' };
    const owner = { ...by, controller: true };
    const labels = { 'app.kubernetes.io/managed-by': 'hostedsite', 'app.kubernetes.io/instance': 'shop' };
    world.cluster.seed({
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'shop-database', namespace: 'customer-a', labels, ownerReferences: [owner] },
      spec: {},
    });
    await world.settle();
    assert.equal(world.condition('Stalled'), undefined);
    assert.ok(world.names('PersistentVolumeClaim').includes('data-shop-database-0'));
  });
});
