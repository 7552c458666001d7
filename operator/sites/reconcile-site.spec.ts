import assert from 'node:assert/strict';
import { fakeComponents } from '../testing/fake-components.ts';
import { describeRows, image, webParts, withDatabase } from '../testing/rows.ts';
import type { Row } from '../testing/rows.ts';
import { World } from '../testing/world.ts';

const rows: Row[] = [
  {
    title: 'a small site is seen for the first time: it claims its host before anything of it is written',
    created: ['ConfigMap/host-*'],
    applied: [...webParts, 'Ingress/shop'],
    status: { Ready: 'Unknown/Progressing', Available: 'False/Starting', Reconciling: 'True/Progressing' },
    outcome: 'waiting',
  },
  {
    title: 'a site with a database: the credentials first, then the claim, then what uses them',
    spec: withDatabase,
    created: [
      'ConfigMap/host-*',
      'Secret/shop-database (dry run)',
      'Secret/site-secret-*',
      'Secret/shop-database',
    ],
    applied: [
      'PersistentVolumeClaim/data-shop-database-0',
      'StatefulSet/shop-database',
      ...webParts,
      'Ingress/shop',
    ],
    status: { Ready: 'Unknown/Progressing', DatabaseReady: 'False/Starting' },
    outcome: 'waiting',
  },
  {
    title: 'nothing has changed',
    running: true,
    spec: withDatabase,
    status: { Ready: 'True/Serving', Available: 'True/Serving', Reconciling: undefined, Stalled: undefined },
    outcome: 'settled',
  },
  {
    title: 'a new image',
    running: true,
    before: (world) => world.change({ image: image('2') }),
    applied: ['ControllerRevision/shop-web-*', 'Deployment/shop-web'],
    status: { Ready: 'Unknown/Progressing', Available: 'True/Serving', Reconciling: 'True/Progressing' },
    outcome: 'waiting',
  },
  {
    title: 'another host makes a release',
    running: true,
    before: (world) => world.change({ hosts: ['www.example.org', 'example.org'] }),
    created: ['ConfigMap/host-*'],
    applied: ['ControllerRevision/shop-web-*', 'Deployment/shop-web', 'Ingress/shop'],
    status: { Ready: 'Unknown/Progressing', Available: 'True/Serving' },
    outcome: 'waiting',
  },
  {
    title: 'more replicas make no release',
    running: true,
    before: (world) => world.change({ replicas: 3 }),
    applied: ['Deployment/shop-web'],
    status: { Ready: 'Unknown/Progressing' },
    events: ['Scaled'],
    outcome: 'waiting',
  },
  {
    title: 'a larger volume',
    running: true,
    spec: withDatabase,
    before: (world) => world.change({ database: { engine: 'MariaDB', storage: { size: '20Gi' } } }),
    created: ['Secret/shop-database'],
    applied: ['PersistentVolumeClaim/data-shop-database-0'],
    events: ['VolumeGrown'],
    outcome: 'settled',
  },
  {
    title: 'somebody changed a child',
    running: true,
    before: (world) =>
      world.cluster.edit('Service', 'customer-a', 'shop-web', (object) => (object['spec'] = {})),
    applied: ['Service/shop-web'],
    status: { Ready: 'True/Serving' },
    outcome: 'settled',
  },
  {
    title: 'somebody deleted a child',
    running: true,
    before: (world) => world.cluster.remove('Ingress', 'customer-a', 'shop'),
    applied: ['Ingress/shop'],
    status: { Ready: 'True/Serving' },
    outcome: 'settled',
  },
  {
    title: 'a StatefulSet that is gone comes back with its credentials',
    running: true,
    spec: withDatabase,
    before: (world) => world.cluster.remove('StatefulSet', 'customer-a', 'shop-database'),
    created: ['Secret/shop-database'],
    applied: ['StatefulSet/shop-database'],
    outcome: 'settled',
  },
  {
    title: 'a pod waits for its configuration: the credentials may be gone',
    running: true,
    spec: withDatabase,
    before: (world) => {
      world.cluster.remove('Secret', 'customer-a', 'shop-database');
      world.failNewPod('CreateContainerConfigError');
    },
    created: ['Secret/shop-database'],
    outcome: 'settled',
  },
  {
    title: 'the database leaves the spec: its server goes, its data and credentials stay',
    running: true,
    spec: withDatabase,
    before: (world) =>
      world.cluster.edit('HostedSite', 'customer-a', 'shop', (site) => {
        site['spec'] = { image: image('1'), hosts: ['www.example.org'] };
      }),
    applied: ['ControllerRevision/shop-web-*', 'Deployment/shop-web'],
    removed: ['StatefulSet/shop-database'],
    status: { DatabaseReady: undefined },
    outcome: 'waiting',
  },
  {
    title: 'a new version of the operator renders everything differently',
    running: true,
    before: (world) => {
      world.components = fakeComponents('2');
    },
    status: { Ready: 'True/Serving' },
    outcome: 'settled',
  },
  {
    title: 'data is to be deleted with the site: that is told before anything is made',
    spec: { ...withDatabase, deletionPolicy: 'Delete' },
    created: [],
    applied: [],
    events: ['DeletionPolicyInForce'],
    outcome: 'waiting',
  },
];

describeRows('one pass over one site', rows);

describe('a pass', () => {
  it('has nothing to do for a site that is gone', async () => {
    const world = new World();
    world.cluster.remove('HostedSite', 'customer-a', 'shop');
    assert.deepEqual(await world.pass(), { kind: 'gone' });
    assert.deepEqual(world.cluster.writes, []);
  });

  it('asks nothing of the API server when nothing has changed', async () => {
    const world = new World(withDatabase);
    await world.bringUp();
    world.cluster.fail({ times: 100, answer: new Error('a request was sent') });
    assert.deepEqual(await world.pass(), { kind: 'settled' });
  });
});
