import assert from 'node:assert/strict';
import { AlreadyExists, Conflict, NotFound, TooManyRequests, Unavailable } from '../../kube/errors.ts';
import type { Manifest } from '../../kube/manifest.ts';
import { MemoryCluster } from './memory-cluster.ts';
import { byInstance } from '../kube/index-by-label.ts';

const labels = { 'app.kubernetes.io/managed-by': 'hostedsite', 'app.kubernetes.io/instance': 'shop' };
/** The site that controls what the caches hold of it. */
const ownerReferences = [
  { apiVersion: 'hostedsite.dev/v1alpha1', kind: 'HostedSite', name: 'shop', uid: 'site', controller: true },
];
const ours = { fieldManager: 'hostedsite', force: true };
const theirs = { fieldManager: 'them', force: false };
const background = { propagationPolicy: 'Background' } as const;

function deployment(spec: Record<string, unknown>): Manifest {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'shop-web', namespace: 'ns', labels, ownerReferences },
    spec,
  };
}

function secret(): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 's', namespace: 'ns' },
    stringData: { password: 'hidden' },
  };
}

describe('MemoryCluster', () => {
  let cluster: MemoryCluster;
  beforeEach(() => {
    cluster = new MemoryCluster(() => new Date(Date.UTC(2030, 0, 1)));
  });

  it('creates by apply and fills in what an API server fills in', async () => {
    const live = await cluster.apply(deployment({ replicas: 1 }), ours);
    assert.deepEqual(live.metadata, {
      name: 'shop-web',
      namespace: 'ns',
      labels,
      ownerReferences,
      uid: '00000000-0000-4000-8000-000000000001',
      resourceVersion: '1001',
      creationTimestamp: '2030-01-01T00:00:00Z',
      generation: 1,
    });
    assert.equal(cluster.get('Deployment', 'ns', 'shop-web'), live);
    assert.deepEqual(cluster.applied, [deployment({ replicas: 1 })]);
  });

  it('lists live what has labels and has others not, of its labels and annotations no more than an API server is asked for', async () => {
    const own = { 'hostedsite.dev/task': 'migrate', 'app.kubernetes.io/instance': 'shop' };
    const metadata = { name: 'a', namespace: 'ns', labels: { ...own, x: 'y' }, annotations: { x: 'y' } };
    const pod = { apiVersion: 'v1', kind: 'Pod' };
    cluster.seed({ ...pod, metadata }, { ...pod, metadata: { ...metadata, name: 'b', labels: { x: 'y' } } });
    const [found] = await cluster.labelled('Pod', 'ns', { 'hostedsite.dev/task': 'migrate' });
    assert.deepEqual([found?.metadata.labels, found?.metadata.annotations], [own, {}]);
    const others = await cluster.labelled('Pod', 'ns', { x: 'y', 'hostedsite.dev/task': undefined });
    assert.deepEqual(
      others.map((one) => one.metadata.name),
      ['b'],
    );
  });

  it('moves generation with the spec only, and the version with any change only', async () => {
    const first = await cluster.apply(deployment({ replicas: 1 }), ours);
    const same = await cluster.apply(deployment({ replicas: 1 }), ours);
    assert.equal(same, first);
    const changed = await cluster.apply(deployment({ replicas: 2 }), ours);
    assert.equal(changed.metadata.generation, 2);
    const status = { ...deployment({}), status: { replicas: 2 } };
    const after = await cluster.applyStatus(status, { fieldManager: 'hostedsite-status', force: true });
    assert.equal(after.metadata.generation, 2);
    assert.notEqual(after.metadata.resourceVersion, changed.metadata.resourceVersion);
    assert.deepEqual(after['spec'], { replicas: 2 });
    assert.deepEqual(after['status'], { replicas: 2 });
    assert.deepEqual(cluster.statuses, [status]);
  });

  it('leaves the status alone in apply, and the rest in applyStatus', async () => {
    await cluster.apply({ ...deployment({ replicas: 1 }), status: { replicas: 9 } }, ours);
    assert.equal(cluster.get('Deployment', 'ns', 'shop-web')?.['status'], undefined);
    await cluster.applyStatus({ ...deployment({ replicas: 7 }), status: { ready: 1 } }, ours);
    await cluster.apply(deployment({ replicas: 1 }), ours);
    const live = cluster.get('Deployment', 'ns', 'shop-web');
    assert.deepEqual([live?.['spec'], live?.['status']], [{ replicas: 1 }, { ready: 1 }]);
  });

  it('takes away what is no longer applied, and leaves what others own', async () => {
    await cluster.apply(deployment({ replicas: 1, paused: true }), ours);
    await cluster.apply(deployment({ minReadySeconds: 5 }), theirs);
    const live = await cluster.apply(deployment({ replicas: 1 }), ours);
    assert.deepEqual(live['spec'], { replicas: 1, minReadySeconds: 5 });
  });

  it('refuses other managers without force', async () => {
    await cluster.apply(deployment({ replicas: 1 }), ours);
    await assert.rejects(cluster.apply(deployment({ replicas: 2 }), theirs), Conflict);
    await cluster.apply(deployment({ replicas: 2 }), { ...theirs, force: true });
    await assert.rejects(cluster.apply(deployment({ replicas: 1 }), { ...ours, force: false }), Conflict);
  });

  it('holds preconditions', async () => {
    const live = await cluster.apply(deployment({ replicas: 1 }), ours);
    const stale = { ...deployment({ replicas: 2 }), metadata: { ...live.metadata, uid: 'another' } };
    await assert.rejects(cluster.apply(stale, ours), Conflict);
    const status = { replicas: 1 };
    const before = { ...deployment({}), metadata: { ...live.metadata, resourceVersion: '1' }, status };
    await assert.rejects(cluster.applyStatus(before, ours), Conflict);
    await cluster.applyStatus({ ...deployment({}), metadata: live.metadata, status }, ours);
    const ref = { kind: 'Deployment', namespace: 'ns', name: 'shop-web' } as const;
    await assert.rejects(cluster.delete(ref, { ...background, uid: 'another' }), Conflict);
    await assert.rejects(cluster.delete(ref, { ...background, resourceVersion: '1' }), Conflict);
    await cluster.delete(ref, { ...background, uid: live.metadata.uid ?? '' });
    assert.equal(cluster.get('Deployment', 'ns', 'shop-web'), undefined);
    await cluster.delete(ref, background);
    assert.equal(cluster.deleted.length, 4);
    const gone = { ...deployment({ replicas: 2 }), metadata: live.metadata };
    await assert.rejects(
      cluster.apply(gone, ours),
      Conflict,
      'what is gone is not made anew with its old UID',
    );
    await assert.rejects(cluster.applyStatus(deployment({}), ours), NotFound);
  });

  it('gives a new object of the same name another UID', async () => {
    const first = await cluster.apply(deployment({ replicas: 1 }), ours);
    cluster.remove('Deployment', 'ns', 'shop-web');
    const second = await cluster.apply(deployment({ replicas: 1 }), ours);
    assert.notEqual(first.metadata.uid, second.metadata.uid);
  });

  it('creates once, asks without writing, and hands no secrets back', async () => {
    await cluster.create(secret(), { dryRun: true });
    assert.equal(await cluster.metadata('Secret', 'ns', 's'), undefined);
    const live = await cluster.create(secret());
    assert.ok(!JSON.stringify(live).includes('hidden'));
    await assert.rejects(cluster.create(secret(), { dryRun: true }), AlreadyExists);
    await assert.rejects(cluster.create(secret()), AlreadyExists);
    assert.equal((await cluster.metadata('Secret', 'ns', 's'))?.uid, live.metadata.uid);
    assert.deepEqual((await cluster.read('Secret', 'ns', 's'))?.['stringData'], { password: 'hidden' });
    assert.equal(cluster.created.length, 4);
  });

  it('shows in the caches only what the selectors select', async () => {
    const foreign = {
      ...deployment({ replicas: 1 }),
      metadata: { name: 'foreign', namespace: 'ns', uid: 'f' },
    };
    cluster.seed(foreign);
    assert.equal(cluster.get('Deployment', 'ns', 'foreign'), undefined);
    assert.deepEqual(cluster.list('Deployment'), []);
    assert.equal((await cluster.metadata('Deployment', 'ns', 'foreign'))?.uid, 'f');
    assert.deepEqual(cluster.writes, []);
  });

  it('finds by namespace and site', () => {
    const pod = (name: string, namespace: string): Manifest => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace, labels, ownerReferences },
    });
    cluster.seed(pod('b', 'ns'), pod('a', 'ns'), pod('c', 'other'), deployment({}));
    cluster.seed({
      apiVersion: 'hostedsite.dev/v1alpha1',
      kind: 'HostedSite',
      metadata: { name: 'shop', namespace: 'ns' },
    });
    const found = (objects: readonly Manifest[]): string[] => objects.map(({ metadata }) => metadata.name);
    assert.deepEqual(found(cluster.list('Pod')), ['a', 'b', 'c']);
    assert.deepEqual(found(cluster.list('Pod', 'other')), ['c']);
    assert.deepEqual(found(cluster.find(byInstance, 'ns/shop')), ['shop-web', 'a', 'b']);
  });

  it('waits for finalizers', async () => {
    cluster.seed({ ...deployment({}), metadata: { ...deployment({}).metadata, finalizers: ['keep'] } });
    await cluster.delete({ kind: 'Deployment', namespace: 'ns', name: 'shop-web' }, background);
    const marked = cluster.get('Deployment', 'ns', 'shop-web');
    assert.equal(marked?.metadata.deletionTimestamp, '2030-01-01T00:00:00Z');
    cluster.edit('Deployment', 'ns', 'shop-web', (object) => (object.metadata.finalizers = []));
    assert.equal(cluster.get('Deployment', 'ns', 'shop-web'), undefined);
  });

  it('lets others change things, unrecorded', async () => {
    await cluster.apply(deployment({ replicas: 1 }), ours);
    cluster.edit('Deployment', 'ns', 'shop-web', (object) => (object['status'] = { availableReplicas: 1 }));
    assert.deepEqual(cluster.get('Deployment', 'ns', 'shop-web')?.['status'], { availableReplicas: 1 });
    assert.equal(cluster.writes.length, 1);
    assert.throws(() => cluster.edit('Deployment', 'ns', 'nothing', () => undefined), NotFound);
  });

  it('fails as scripted: which requests, how often, before or after the write', async () => {
    cluster.fail({
      verb: 'apply',
      kind: 'Deployment',
      times: 2,
      answer: { code: 429, reason: 'TooManyRequests' },
    });
    await assert.rejects(cluster.apply(deployment({}), ours), TooManyRequests);
    await cluster.create(secret());
    await assert.rejects(cluster.apply(deployment({}), ours), TooManyRequests);
    await cluster.apply(deployment({ replicas: 1 }), ours);
    const lost = new Unavailable({ request: { method: 'PATCH', path: '/x' }, code: 0, reason: 'ECONNRESET' });
    cluster.fail({ verb: 'apply', answer: lost, afterCommit: true });
    await assert.rejects(cluster.apply(deployment({ replicas: 2 }), ours), (error) => error === lost);
    assert.deepEqual(cluster.get('Deployment', 'ns', 'shop-web')?.['spec'], { replicas: 2 });
    cluster.fail({ name: 'nothing', answer: { code: 500 } });
    await cluster.apply(deployment({ replicas: 3 }), ours);
    assert.equal(cluster.applied.length, 5);
  });

  it('hands out what nobody can change', async () => {
    const live = await cluster.apply(deployment({ replicas: 1 }), ours);
    assert.throws(() => (live.metadata.name = 'x'), TypeError);
    const read = await cluster.read('Deployment', 'ns', 'shop-web');
    assert.ok(read);
    read.metadata.name = 'mine to change';
  });

  it('records events and forgets its records', () => {
    const event = { regarding: secret(), type: 'Normal', reason: 'R', action: 'A', note: 'n' } as const;
    cluster.emit(event);
    assert.deepEqual(cluster.events, [event]);
    cluster.forgetRecords();
    assert.deepEqual([cluster.events, cluster.writes], [[], []]);
  });
});
