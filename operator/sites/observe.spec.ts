import assert from 'node:assert/strict';
import type { Manifest } from '../components/component.ts';
import { observe, siteKeys } from './observe.ts';
import { World, hostedSite, shop } from '../testing/world.ts';
import { splitKey } from './site-key.ts';

const now = new Date('2030-01-01T12:00:00Z');

function cluster(...objects: Manifest[]) {
  const world = new World();
  world.cluster.remove('StorageClass', undefined, 'standard');
  world.cluster.remove('IngressClass', undefined, 'traefik');
  world.cluster.seed(...objects);
  return world.cluster;
}

function storageClass(name: string, mark?: string, expansion?: boolean): Manifest {
  const annotations = mark === undefined ? {} : { 'storageclass.kubernetes.io/is-default-class': mark };
  const metadata = { name, annotations };
  const allowVolumeExpansion = expansion === undefined ? {} : { allowVolumeExpansion: expansion };
  return { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata, ...allowVolumeExpansion };
}

describe('observe', () => {
  it('sees nothing of a site that is gone', () => {
    assert.equal(observe(cluster(), 'customer-a/other', now), undefined);
  });

  it('sees the site, its time and its objects, and those of no other', async () => {
    const world = new World();
    await world.bringUp();
    world.cluster.seed(
      hostedSite({}, { metadata: { name: 'blog', namespace: 'customer-a', uid: 'blog', generation: 1 } }),
    );
    const seen = observe(world.cluster, shop, now);
    assert.equal(seen?.site.metadata.uid, 'site-uid');
    assert.equal(seen?.now, now);
    assert.deepEqual([...new Set(seen?.owned.map(({ kind }) => kind))].sort(), [
      'ConfigMap',
      'ControllerRevision',
      'Deployment',
      'Ingress',
      'Pod',
      'Service',
    ]);
    assert.deepEqual(
      seen?.pods.map(({ kind }) => kind),
      ['Pod'],
    );
    assert.equal(observe(world.cluster, 'customer-a/blog', now)?.owned.length, 0);
  });

  it('sees revisions oldest first', async () => {
    const world = new World();
    for (const tag of [2, 3, 2]) {
      world.change({ image: `registry.example.org/shop:${tag}` });
      await world.bringUp();
    }
    const { revisions = [] } = observe(world.cluster, shop, now) ?? {};
    assert.deepEqual(
      revisions.map(({ number, image }) => `${number} ${image.split(':')[1]}`),
      ['2 3', '3 2'],
    );
  });

  it('sees which StorageClass is the default, and which lets volumes grow', () => {
    const seen = observe(
      cluster(storageClass('fast', 'true', true), storageClass('slow', 'false'), storageClass('old')),
      shop,
      now,
    );
    assert.deepEqual(
      [...(seen?.storageClasses ?? [])],
      [
        ['fast', { isDefault: true, allowVolumeExpansion: true }],
        ['old', { isDefault: false, allowVolumeExpansion: false }],
        ['slow', { isDefault: false, allowVolumeExpansion: false }],
      ],
    );
  });

  it('sees which IngressClass is the default', () => {
    const annotations = { 'ingressclass.kubernetes.io/is-default-class': 'true' };
    const ingressClass = (name: string, metadata = {}): Manifest => ({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'IngressClass',
      metadata: { name, ...metadata },
    });
    const seen = observe(cluster(ingressClass('a', { annotations }), ingressClass('b')), shop, now);
    assert.deepEqual(
      [...(seen?.ingressClasses ?? [])],
      [
        ['a', { isDefault: true }],
        ['b', { isDefault: false }],
      ],
    );
  });

  it('sees pods of tasks beside its own, and nothing else of them', () => {
    const labels = {
      ...{ 'app.kubernetes.io/managed-by': 'hostedsite', 'app.kubernetes.io/instance': 'shop' },
      ...{ 'app.kubernetes.io/component': 'command', 'hostedsite.dev/task': 'migrate' },
    };
    const task = { apiVersion: 'hostedsite.dev/v1alpha1', kind: 'SiteTask', name: 'migrate', uid: 'u' };
    const ownerReferences = [{ ...task, controller: true }];
    const { namespace } = splitKey(shop);
    const made = (kind: string): Manifest => ({
      ...{ apiVersion: 'v1', kind, metadata: { name: 'migrate-task', namespace, labels, ownerReferences } },
    });
    const seen = observe(cluster(made('Job'), made('Pod')), shop, now);
    assert.deepEqual(
      [seen?.owned, seen?.pods].map((list) =>
        list?.filter(({ metadata }) => metadata.name === 'migrate-task').map(({ kind }) => kind),
      ),
      [[], ['Pod']],
    );
  });

  it('knows every site', () => {
    assert.deepEqual(siteKeys(cluster()), [shop]);
  });
});
