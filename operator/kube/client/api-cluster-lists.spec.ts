import assert from 'node:assert/strict';
import type { ApiRequest } from './api-client.ts';
import { ApiCluster } from './api-cluster.ts';
import { Cache } from '../watch/cache.ts';
import type { Manifest } from '../manifest.ts';
import { samples, sample } from '../../testing/kube/sample-resources.ts';

function service(version?: string): Manifest {
  const server = version === undefined ? {} : { uid: 'u1', resourceVersion: version };
  return { apiVersion: 'v1', kind: 'Service', metadata: { name: 's', namespace: 'ns', ...server }, spec: {} };
}

describe('ApiCluster, of what tenants write', () => {
  let requests: ApiRequest[];
  let answer: (request: ApiRequest) => unknown;
  let cluster: ApiCluster;

  beforeEach(() => {
    requests = [];
    cluster = new ApiCluster({
      resources: sample,
      client: {
        request: async ({ permitted, ...request }) => {
          permitted?.();
          requests.push(request);
          return Promise.resolve(answer(request));
        },
      },
      cache: new Cache(samples),
      emit: () => undefined,
      mayWrite: () => true,
    });
  });

  it('lists the metadata of what carries labels in a namespace, page by page, and keeps what tells whose it is', async () => {
    const own = { 'hostedsite.dev/task': 'migrate', 'app.kubernetes.io/name': 'hostedsite' };
    const ofTenant = {
      labels: { ...own, 'example.org/x': 'y' },
      annotations: { 'example.org/x': 'y'.repeat(100_000), 'hostedsite.dev/copy-of': 'a/b' },
      finalizers: ['example.org/x'],
    };
    const pages = [
      {
        metadata: { resourceVersion: '9', continue: 'more' },
        items: [
          { metadata: { name: 'a', resourceVersion: '1', managedFields: [{ manager: 'x' }], ...ofTenant } },
        ],
      },
      { metadata: { resourceVersion: '9' }, items: [{ metadata: { name: 'b', resourceVersion: '2' } }] },
    ];
    answer = () => pages.shift();
    const found = await cluster.labelled('Secret', 'ns', { a: 'b', c: undefined });
    assert.deepEqual(
      found.map(({ metadata, managers }) => [metadata, managers]),
      [
        [
          { name: 'a', resourceVersion: '1', labels: own, annotations: { 'hostedsite.dev/copy-of': 'a/b' } },
          ['x'],
        ],
        [{ name: 'b', resourceVersion: '2' }, []],
      ],
    );
    const asked = {
      method: 'GET',
      path: '/api/v1/namespaces/ns/secrets',
      accept: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1',
      idempotent: true,
    };
    const query = { limit: '50', labelSelector: 'a=b,!c' };
    assert.deepEqual(requests, [
      { ...asked, query: { ...query, continue: undefined } },
      { ...asked, query: { ...query, continue: 'more' } },
    ]);
  });

  it('tells of what has a crowd of owners neither all of them nor who has written it', async () => {
    const ownerReferences = Array.from({ length: 1000 }, (_, uid) => ({ uid: String(uid) }));
    const metadata = { name: 'a', resourceVersion: '1', ownerReferences, managedFields: [{ manager: 'x' }] };
    answer = () => ({ metadata: { resourceVersion: '9' }, items: [{ metadata }] });
    const [found] = await cluster.labelled('Secret', 'ns', {});
    assert.deepEqual([found?.metadata.ownerReferences?.length, found?.managers], [33, []]);
  });

  it('lists the autoscalers that scale an object, whoever made them', async () => {
    const scales = (name: string, kind: string) => ({
      metadata: { name, namespace: 'ns', managedFields: [] },
      spec: { scaleTargetRef: { kind, name: 's' } },
    });
    let page = 0;
    answer = () => {
      page += 1;
      const items = [scales(`a${page}`, 'Service'), scales('b', 'Deployment')];
      return { items, metadata: { continue: 'more' } };
    };
    const found = await cluster.autoscalersOf(service('7'));
    assert.deepEqual(
      found.map(({ metadata }) => metadata.name),
      Array.from({ length: 10 }, (_, index) => `a${index + 1}`),
    );
    assert.equal(requests.length, 10, 'fifty are enough');
    assert.deepEqual(requests.slice(0, 1), [
      {
        method: 'GET',
        path: '/apis/autoscaling/v2/namespaces/ns/horizontalpodautoscalers',
        query: { limit: '5', continue: undefined },
        idempotent: true,
      },
    ]);
  });

  it('merges once, whatever becomes of it: what was looked at before gets old', async () => {
    answer = () => service();
    const expected = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'a', namespace: 'ns', resourceVersion: '3' },
    };
    await cluster.merge(expected, { fieldManager: 'me' });
    const [request] = requests as {
      contentType: string;
      idempotent: boolean;
      body: unknown;
      query: object;
    }[];
    assert.equal(request?.contentType, 'application/merge-patch+json');
    assert.equal(request.idempotent, false);
    assert.deepEqual(request.body, expected);
    assert.deepEqual(request.query, { fieldManager: 'me', fieldValidation: 'Strict' });
  });
});
