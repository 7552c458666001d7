import assert from 'node:assert/strict';
import type { Manifest, ObjectMeta } from '../components/component.ts';
import type { KindChange } from '../kube/watch/cache.ts';
import type { Lookup } from '../kube/loop/loop.ts';
import { triggers } from './triggers.ts';

function site(more: Partial<ObjectMeta> = {}, status?: unknown): Manifest {
  const metadata = { name: 'shop', namespace: 'ns', generation: 1, ...more };
  return { apiVersion: 'hostedsite.dev/v1alpha1', kind: 'HostedSite', metadata, status };
}

function child(instance: string): Manifest {
  const labels = { 'app.kubernetes.io/managed-by': 'hostedsite', 'app.kubernetes.io/instance': instance };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'ns', labels } };
}

const commandPod: Manifest = {
  ...child('shop'),
  metadata: {
    ...child('shop').metadata,
    labels: { ...child('shop').metadata.labels, 'app.kubernetes.io/component': 'command' },
  },
};

const blog = { ...site(), metadata: { name: 'blog', namespace: 'other' } };
const cluster = { list: () => [site(), blog] };
const later: Lookup = { cluster, initial: false };

describe('triggers', () => {
  it('are pods of tasks that run in a site, and not their Jobs', () => {
    const of = (kind: 'Job' | 'Pod'): string[] => {
      const made = child('shop');
      const ours = { 'app.kubernetes.io/component': 'command', 'hostedsite.dev/task': 'migrate' };
      const labels = { ...made.metadata.labels, ...ours };
      const task = { apiVersion: 'hostedsite.dev/v1alpha1', kind: 'SiteTask', name: 'migrate', uid: 'u' };
      const ownerReferences = [{ ...task, controller: true }];
      const object = { ...made, kind, metadata: { ...made.metadata, labels, ownerReferences } };
      return triggers({ kind, type: 'added', object }, later).map(({ key }) => key);
    };
    assert.deepEqual([of('Pod'), of('Job')], [['ns/shop'], []]);
  });

  const rows: { title: string; change: KindChange; expected: string[] }[] = [
    {
      title: 'a new site',
      change: { kind: 'HostedSite', type: 'added', object: site() },
      expected: ['ns/shop user'],
    },
    {
      title: "a site's changed spec",
      change: { kind: 'HostedSite', type: 'updated', object: site({ generation: 2 }), before: site() },
      expected: ['ns/shop user'],
    },
    {
      title: 'a site that is being deleted',
      change: {
        kind: 'HostedSite',
        type: 'updated',
        object: site({ deletionTimestamp: 'now' }),
        before: site(),
      },
      expected: ['ns/shop user'],
    },
    {
      title: "a site's changed annotation",
      change: {
        kind: 'HostedSite',
        type: 'updated',
        object: site({ annotations: { a: 'b' } }),
        before: site(),
      },
      expected: ['ns/shop user'],
    },
    {
      title: "a site's changed status",
      change: { kind: 'HostedSite', type: 'updated', object: site({}, { replicas: 2 }), before: site() },
      expected: ['ns/shop drift'],
    },
    {
      title: 'our own status of a site',
      change: {
        kind: 'HostedSite',
        type: 'updated',
        own: true,
        object: site({ resourceVersion: '9' }, { replicas: 2 }),
        before: site({ resourceVersion: '8' }),
      },
      expected: [],
    },
    {
      title: 'our own status of a site whose spec somebody has changed meanwhile',
      change: {
        kind: 'HostedSite',
        type: 'updated',
        own: true,
        object: { ...site({ resourceVersion: '9', generation: 2 }, { replicas: 2 }), spec: { replicas: 2 } },
        before: { ...site({ resourceVersion: '7' }), spec: { replicas: 1 } },
      },
      expected: ['ns/shop user'],
    },
    {
      title: 'our own status of a site that somebody has deleted meanwhile',
      change: {
        kind: 'HostedSite',
        type: 'updated',
        own: true,
        object: site({ resourceVersion: '9', deletionTimestamp: 'now' }, { replicas: 2 }),
        before: site({ resourceVersion: '7' }),
      },
      expected: ['ns/shop user'],
    },
    {
      title: 'a site that is gone',
      change: { kind: 'HostedSite', type: 'deleted', object: site() },
      expected: ['ns/shop drift'],
    },
    {
      title: 'a child',
      change: { kind: 'Pod', type: 'deleted', object: child('shop') },
      expected: ['ns/shop drift'],
    },
    {
      title: 'a child that changed its site',
      change: { kind: 'Pod', type: 'updated', object: child('blog'), before: child('shop') },
      expected: ['ns/blog drift', 'ns/shop drift'],
    },
    {
      title: 'a storage class',
      change: { kind: 'StorageClass', type: 'added', object: { ...child('x'), kind: 'StorageClass' } },
      expected: ['ns/shop resync', 'other/blog resync'],
    },
  ];
  for (const { title, change, expected } of rows) {
    it(`of ${title}: ${expected.join(', ')}`, () => {
      assert.deepEqual(
        triggers(change, later).map(({ key, priority }) => `${key} ${priority}`),
        expected,
      );
    });
  }

  it('have no hurry while the caches are filling', () => {
    const initially = (change: KindChange): string[] =>
      triggers(change, { cluster, initial: true }).map(({ key, priority }) => `${key} ${priority}`);
    assert.deepEqual(initially({ kind: 'HostedSite', type: 'added', object: site() }), ['ns/shop resync']);
    assert.deepEqual(initially({ kind: 'Pod', type: 'added', object: child('shop') }), ['ns/shop resync']);
    assert.deepEqual(initially({ kind: 'StorageClass', type: 'added', object: child('x') }), []);
  });

  const service = { ...child('shop'), kind: 'Service' };
  const deployment = (generation: number): Manifest => {
    const { metadata } = child('shop');
    return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { ...metadata, generation } };
  };
  const news: { title: string; change: KindChange; canWait: boolean }[] = [
    {
      title: "a workload's status",
      change: { kind: 'Deployment', type: 'updated', object: deployment(1), before: deployment(1) },
      canWait: true,
    },
    {
      title: 'a workload that somebody changed',
      change: { kind: 'Deployment', type: 'updated', object: deployment(2), before: deployment(1) },
      canWait: false,
    },
    {
      title: 'an object without generations that changed',
      change: { kind: 'Service', type: 'updated', object: service, before: service },
      canWait: false,
    },
    {
      title: 'an object that is gone',
      change: { kind: 'Service', type: 'deleted', object: service },
      canWait: false,
    },
    {
      title: 'a pod that is gone',
      change: { kind: 'Pod', type: 'deleted', object: child('shop') },
      canWait: true,
    },
    {
      title: 'the pod of a command, which waits for us',
      change: { kind: 'Pod', type: 'added', object: commandPod },
      canWait: false,
    },
    {
      title: 'our own write',
      change: { kind: 'Service', type: 'added', object: service, own: true },
      canWait: true,
    },
    { title: 'a new site', change: { kind: 'HostedSite', type: 'added', object: site() }, canWait: false },
  ];
  const autoscaler = (
    minReplicas: number,
    desiredReplicas: number,
    more: Partial<ObjectMeta> = {},
  ): Manifest => {
    const metadata = { ...child('shop').metadata, resourceVersion: `${desiredReplicas}`, ...more };
    const apiVersion = 'autoscaling/v2';
    const kind = 'HorizontalPodAutoscaler';
    return { apiVersion, kind, metadata, spec: { minReplicas }, status: { desiredReplicas } };
  };
  const measured: { title: string; change: Omit<KindChange, 'kind'>; looks: number }[] = [
    {
      title: 'has measured',
      change: { type: 'updated', object: autoscaler(1, 3), before: autoscaler(1, 2) },
      looks: 0,
    },
    {
      title: 'was changed by somebody',
      change: { type: 'updated', object: autoscaler(2, 3), before: autoscaler(1, 2) },
      looks: 1,
    },
    {
      title: 'lost a label',
      change: { type: 'updated', object: autoscaler(1, 2, { labels: {} }), before: autoscaler(1, 2) },
      looks: 1,
    },
    {
      title: 'is being deleted',
      change: {
        type: 'updated',
        object: autoscaler(1, 2, { deletionTimestamp: 'now' }),
        before: autoscaler(1, 2),
      },
      looks: 1,
    },
    { title: 'is gone', change: { type: 'deleted', object: autoscaler(1, 2) }, looks: 1 },
    {
      title: 'was written by us',
      change: { type: 'updated', object: autoscaler(1, 2), before: autoscaler(1, 2), own: true },
      looks: 1,
    },
  ];
  const condition = (type: string, status: string, reason: string) => ({ type, status, reason });
  const saying = (desiredReplicas: number, ...conditions: object[]): Manifest => {
    return { ...autoscaler(1, desiredReplicas), status: { desiredReplicas, conditions } };
  };
  const able = condition('AbleToScale', 'True', 'ReadyForNewScale');
  const works = condition('ScalingActive', 'True', 'ValidMetricFound');
  const fails = condition('ScalingActive', 'False', 'FailedGetResourceMetric');
  const reported = [
    { title: 'gets measurements no longer', before: [able, works], after: [able, fails], looks: 1 },
    { title: 'gets measurements again', before: [able, fails], after: [able, works], looks: 1 },
    {
      title: 'fails for another reason',
      before: [able, fails],
      after: [able, { ...fails, reason: 'AmbiguousSelector' }],
      looks: 1,
    },
    { title: 'says something for the first time', before: [], after: [able, works], looks: 1 },
    {
      title: 'may no longer write',
      before: [able, works],
      after: [condition('AbleToScale', 'False', 'FailedUpdateScale'), works],
      looks: 1,
    },
    {
      title: 'fails as before, in other words',
      before: [able, { ...fails, message: 'no metrics of 2 pods' }],
      after: [able, { ...fails, message: 'no metrics of 3 pods' }],
      looks: 0,
    },
    {
      title: 'waits with going down',
      before: [able, works],
      after: [condition('AbleToScale', 'True', 'ScaleDownStabilized'), works],
      looks: 0,
    },
    {
      title: 'comes to its bounds',
      before: [able, works, condition('ScalingLimited', 'False', 'DesiredWithinRange')],
      after: [able, works, condition('ScalingLimited', 'True', 'TooManyReplicas')],
      looks: 0,
    },
  ].map(({ title, before, after, looks }) => {
    return {
      title,
      looks,
      change: { type: 'updated', object: saying(3, ...after), before: saying(2, ...before) },
    };
  }) satisfies typeof measured;
  for (const { title, change, looks } of [...measured, ...reported]) {
    it(`of an autoscaler that ${title}: ${looks}`, () =>
      assert.equal(triggers({ kind: 'HorizontalPodAutoscaler', ...change }, later).length, looks));
  }

  for (const { title, change, canWait } of news) {
    it(`of ${title} ${canWait ? 'wait for more of it' : 'do not wait'}`, () => {
      assert.deepEqual(
        triggers(change, later).map((one) => one.canWait),
        [canWait],
      );
    });
  }
});
