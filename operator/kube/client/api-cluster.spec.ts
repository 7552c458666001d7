import assert from 'node:assert/strict';
import type { ApiRequest } from './api-client.ts';
import { ApiCluster } from './api-cluster.ts';
import { Cache } from '../watch/cache.ts';
import type { ClusterEvent } from '../cluster.ts';
import { Forbidden, NotLeader, apiError } from '../errors.ts';
import type { Manifest } from '../manifest.ts';
import { metadataOnly } from './pages.ts';
import { byInstance } from '../../testing/kube/index-by-label.ts';
import { samples, sample } from '../../testing/kube/sample-resources.ts';

const labels = { 'app.kubernetes.io/managed-by': 'hostedsite', 'app.kubernetes.io/instance': 'shop' };
/** The site that controls what the caches hold of it. */
const ownerReferences = [
  { apiVersion: 'hostedsite.dev/v1alpha1', kind: 'HostedSite', name: 'shop', uid: 'site', controller: true },
];
const partial = metadataOnly('');

function service(version?: string): Manifest {
  const server = version === undefined ? {} : { uid: 'u1', resourceVersion: version };
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 's', namespace: 'ns', labels, ownerReferences, ...server },
    spec: {},
  };
}

describe('ApiCluster', () => {
  let cache: Cache;
  let requests: ApiRequest[];
  let answer: (request: ApiRequest) => unknown;
  let leads: boolean;
  let emitted: ClusterEvent[];
  let cluster: ApiCluster;

  beforeEach(() => {
    cache = new Cache(samples, {}, [byInstance]);
    requests = [];
    emitted = [];
    leads = true;
    answer = () => service('7');
    cluster = new ApiCluster({
      resources: sample,
      client: {
        request: async ({ permitted, ...request }) => {
          permitted?.();
          requests.push(request);
          return Promise.resolve(answer(request));
        },
      },
      cache,
      emit: (event) => emitted.push(event),
      mayWrite: () => leads,
    });
  });

  function refuse(code: number): void {
    answer = ({ method, path }) => {
      throw apiError({ method, path }, code, {});
    };
  }

  it('asks as urgently as it was told to, whatever it asks', async () => {
    const asked: (string | undefined)[] = [];
    const client = {
      request: ({ priority }: ApiRequest) => {
        asked.push(priority);
        return Promise.resolve({ ...service('7'), items: [] });
      },
    };
    const urgent = new ApiCluster({
      ...{ resources: sample, client, cache, priority: 'user' },
      ...{ emit: () => undefined, mayWrite: () => true },
    });
    await urgent.read('Service', 'ns', 's');
    await urgent.eventsOn(service('5'));
    await urgent.apply(service('5'), { fieldManager: 'spec', force: true });
    assert.deepEqual(asked, ['user', 'user', 'user']);
  });

  it('reads from its caches without a request', () => {
    cache.replace('Service', [service('5')], '5');
    assert.equal(cluster.get('Service', 'ns', 's')?.metadata.resourceVersion, '5');
    assert.equal(cluster.list('Service').length, 1);
    assert.equal(cluster.find(byInstance, 'ns/shop').length, 1);
    assert.deepEqual(requests, []);
  });

  it('applies, and has the answer in its caches at once', async () => {
    answer = () => ({ ...service('7'), metadata: { ...service('7').metadata, managedFields: [{}] } });
    const live = await cluster.apply(service(), { fieldManager: 'hostedsite', force: true });
    assert.deepEqual(requests, [
      {
        method: 'PATCH',
        path: '/api/v1/namespaces/ns/services/s',
        query: { fieldManager: 'hostedsite', force: 'true', fieldValidation: 'Strict' },
        body: service(),
        contentType: 'application/apply-patch+yaml',
        idempotent: true,
      },
    ]);
    assert.ok(!('managedFields' in live.metadata));
    assert.deepEqual(cluster.get('Service', 'ns', 's'), live);
  });

  it('applies what has to be new with a version that nothing has', async () => {
    await cluster.apply(service(), { fieldManager: 'hostedsite', force: true, isNew: true });
    const { metadata } = requests[0]?.body as Manifest;
    assert.equal(metadata.resourceVersion, '1');
  });

  it('applies the status, and tells what came with the answer: no watch will tell it later', async () => {
    const site = { ...service('9'), kind: 'HostedSite' };
    answer = () => site;
    const reported: unknown[] = [];
    cache.onChange(({ own, object }) => reported.push([own, object.metadata.resourceVersion]));
    await cluster.applyStatus(site, { fieldManager: 'hostedsite-status', force: true });
    cache.take('HostedSite', 'MODIFIED', { ...site, metadata: { ...site.metadata, resourceVersion: '8' } });
    assert.equal(requests[0]?.path, '/apis/hostedsite.dev/v1alpha1/namespaces/ns/hostedsites/s/status');
    assert.equal(cluster.get('HostedSite', 'ns', 's')?.metadata.resourceVersion, '9');
    assert.deepEqual(reported, [[true, '9']]);
  });

  it('creates; a Secret comes back without its values', async () => {
    answer = () => ({ kind: 'PartialObjectMetadata', metadata: { name: 's', namespace: 'ns', uid: 'u2' } });
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 's', namespace: 'ns' },
      stringData: { a: 'b' },
    };
    const live = await cluster.create(secret);
    assert.deepEqual(live, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 's', namespace: 'ns', uid: 'u2' },
    });
    assert.equal(requests[0]?.method, 'POST');
    assert.equal(requests[0].path, '/api/v1/namespaces/ns/secrets');
    assert.equal(requests[0].accept, partial);
    assert.equal(requests[0].idempotent, false);
  });

  it('asks only, with dryRun, and keeps the answer out of its caches', async () => {
    await cluster.create(service(), { dryRun: true });
    assert.deepEqual(requests[0]?.query, { fieldValidation: 'Strict', dryRun: 'All' });
    assert.equal(cluster.get('Service', 'ns', 's'), undefined);
    await cluster.create(service());
    assert.ok(cluster.get('Service', 'ns', 's'));
  });

  it('deletes with preconditions, and what is gone at once is gone from its caches', async () => {
    cache.replace('Service', [service('5')], '5');
    answer = () => ({ kind: 'Status', status: 'Success', details: { uid: 'u1' } });
    const ref = { kind: 'Service', namespace: 'ns', name: 's' } as const;
    await cluster.delete(ref, { uid: 'u1', resourceVersion: '5', propagationPolicy: 'Foreground' });
    assert.deepEqual(requests[0]?.body, {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      propagationPolicy: 'Foreground',
      preconditions: { uid: 'u1', resourceVersion: '5' },
    });
    assert.equal(requests[0].idempotent, false);
    assert.equal(cluster.get('Service', 'ns', 's'), undefined);
  });

  it('leaves in its caches what waits for a finalizer: the watch tells when it is gone', async () => {
    cache.replace('Service', [service('5')], '5');
    answer = () => ({ kind: 'PartialObjectMetadata', metadata: { name: 's', deletionTimestamp: 'now' } });
    await cluster.delete(
      { kind: 'Service', namespace: 'ns', name: 's' },
      { propagationPolicy: 'Background' },
    );
    assert.ok(cluster.get('Service', 'ns', 's'));
  });

  it('is content when there is nothing to delete, and only then', async () => {
    const ref = { kind: 'Service', namespace: 'ns', name: 's' } as const;
    refuse(404);
    await cluster.delete(ref, { propagationPolicy: 'Background' });
    refuse(403);
    await assert.rejects(cluster.delete(ref, { propagationPolicy: 'Background' }), Forbidden);
  });

  it('reads live: metadata or all, and nothing for 404', async () => {
    answer = () => ({
      kind: 'PartialObjectMetadata',
      metadata: { name: 'ns', uid: 'n1', managedFields: [] },
    });
    assert.deepEqual(await cluster.metadata('Namespace', undefined, 'ns'), { name: 'ns', uid: 'n1' });
    assert.equal(requests[0]?.path, '/api/v1/namespaces/ns');
    assert.equal(requests[0].accept, partial);
    answer = () => ({ ...service('7'), data: { a: 'Yg==' } });
    assert.deepEqual((await cluster.read('Secret', 'operators', 's'))?.['data'], { a: 'Yg==' });
    assert.equal(requests[1]?.accept, undefined);
    refuse(404);
    assert.equal(await cluster.metadata('Secret', 'ns', 's'), undefined);
    assert.equal(await cluster.read('Secret', 'ns', 's'), undefined);
    refuse(403);
    await assert.rejects(cluster.read('Secret', 'ns', 's'), Forbidden);
  });

  it('reads long texts whole, of which caches have the hash', async () => {
    const text = 'x'.repeat(5_000);
    answer = () => ({ metadata: { name: 'c', uid: 'c1', managedFields: [] }, data: { text } });
    const found = await cluster.read('ConfigMap', 'ns', 'c');
    assert.deepEqual(found?.['data'], { text });
    assert.deepEqual(found?.metadata, { name: 'c', uid: 'c1' });
  });

  it('writes nothing when it may not be the leader any more, but reads', async () => {
    leads = false;
    const ref = { kind: 'Service', namespace: 'ns', name: 's' } as const;
    const force = { fieldManager: 'hostedsite', force: true };
    await assert.rejects(cluster.apply(service(), force), NotLeader);
    await assert.rejects(cluster.applyStatus(service(), force), NotLeader);
    await assert.rejects(cluster.create(service()), NotLeader);
    await assert.rejects(cluster.delete(ref, { propagationPolicy: 'Background' }), NotLeader);
    assert.deepEqual(requests, []);
    await cluster.read('Service', 'ns', 's');
    assert.equal(requests.length, 1);
  });

  it('lists the Events on one object, of its namespace', async () => {
    answer = () => ({ items: [{ reason: 'FailedCreate' }] });
    const found = await cluster.eventsOn(service('7'));
    assert.deepEqual(found, [{ reason: 'FailedCreate' }]);
    assert.deepEqual(requests, [
      {
        method: 'GET',
        path: '/apis/events.k8s.io/v1/namespaces/ns/events',
        query: { fieldSelector: 'regarding.uid=u1', limit: '50' },
        idempotent: true,
      },
    ]);
  });

  it('hands events on', () => {
    const event = { regarding: service(), type: 'Normal', reason: 'R', action: 'A', note: 'n' } as const;
    cluster.emit(event);
    assert.deepEqual(emitted, [event]);
  });
});
