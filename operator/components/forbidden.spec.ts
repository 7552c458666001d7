import assert from 'node:assert/strict';
import { forbidden, refusedPods } from './forbidden.ts';
import type { Refused } from './forbidden.ts';
import { liveObject, livePod, observed } from '../testing/site.ts';

const database: Refused = { whose: 'the database', fields: 'database.resources', kind: 'statefulset' };
const quota =
  'pods "shop-web-5f-x" is forbidden: exceeded quota: small, requested: limits.cpu=1,pods=1, used: limits.cpu=3,pods=3, limited: limits.cpu=3,pods=3';
const onePod = 'exceeded quota: one-pod, requested: pods=1, used: pods=1, limited: pods=1';

describe('why the cluster refuses pods', () => {
  const rows: [string, string, string][] = [
    [
      'a quota that is used up',
      quota,
      'the quota small of the namespace has no room for limits.cpu=1,pods=1 more, of limits.cpu=3,pods=3 in all; lower database.resources or spec.size, or raise the quota',
    ],
    [
      'a quota of pods',
      onePod,
      'the quota one-pod of the namespace has no room for pods=1 more, of pods=1 in all; raise the quota',
    ],
    [
      'a quota that asks for a limit',
      'pods "shop-web-5f-x" is forbidden: failed quota: small: must specify limits.cpu for: application',
      'the quota small of the namespace asks for limits.cpu; write it in database.resources',
    ],
    [
      'the Pod Security Standard',
      'pods "shop-web-5f-x" is forbidden: violates PodSecurity "restricted:latest": runAsUser=0 (container "application" must not set runAsUser=0)',
      'violates PodSecurity "restricted:latest": runAsUser=0 (container "application" must not set runAsUser=0)',
    ],
    [
      'the maximum of a LimitRange',
      'pods "shop-web-5f-x" is forbidden: maximum memory usage per Container is 256Mi, but limit is 512Mi',
      'a LimitRange of the namespace allows at most 256Mi of memory per Container, and 512Mi is written; write other requests and limits in database.resources',
    ],
    [
      'the minimum of a LimitRange, and no request',
      'pods "shop-web-5f-x" is forbidden: minimum cpu usage per Pod is 1500m.  No request is specified',
      'a LimitRange of the namespace allows at least 1500m of cpu per Pod; write other requests and limits in database.resources',
    ],
    [
      'both',
      'pods "x" is forbidden: [maximum ephemeral-storage usage per Container is 1Gi, but limit is 2Gi, minimum memory usage per Container is 1G, but request is 256Mi, maximum ephemeral-storage usage per Container is 1Gi, but limit is 2Gi]',
      'a LimitRange of the namespace allows at most 1Gi of ephemeral-storage per Container, and 2Gi is written; at least 1G of memory per Container, and 256Mi is written; write other requests and limits in database.resources',
    ],
    [
      'the ratio of a LimitRange',
      'pods "shop-web-5f-x" is forbidden: cpu max limit to request ratio per Container is 15, but provided ratio is 20.000000',
      'a LimitRange of the namespace allows a limit of cpu per Container of at most 15 times the request, and it is 20 times; write other requests and limits in database.resources',
    ],
    [
      'a webhook',
      'admission webhook "policy.example.org" denied the request: no',
      'the admission webhook policy.example.org denies them; ask whoever runs it',
    ],
    ['something else', 'pods "shop-web-5f-x" is forbidden', 'kubectl describe statefulset says why'],
  ];
  for (const [what, message, expected] of rows) {
    it(`is ${what}`, () => {
      assert.equal(forbidden(message, database), expected);
      assert.doesNotMatch(forbidden(message, database), /5f-x|used/);
    });
  }

  it('names a way that needs no second pod while a release rolls out', () => {
    assert.match(
      forbidden(onePod, { ...database, isRoll: true }),
      /; write rollout: \{maxSurge: 0, maxUnavailable: 1\}, with which a pod ends before another starts, or raise the quota$/,
    );
  });
});

describe('pods that are refused', () => {
  const server = (status: object = {}) =>
    liveObject('StatefulSet', 'shop-database', { spec: { replicas: 1 }, status });
  const said = (...events: [reason: string, at: number][]) =>
    new Map([
      [
        'StatefulSet-shop-database-uid',
        events.map(([reason, at]) => ({ reason, at, message: quota, field: '' })),
      ],
    ]);
  const own = livePod({
    component: 'database',
    metadata: { ownerReferences: [{ uid: 'StatefulSet-shop-database-uid' }] },
  });
  const rows: [string, ReturnType<typeof refusedPods>, boolean][] = [
    ['nobody said so', refusedPods(server(), observed(), database), false],
    ['it was said', refusedPods(server(), observed({ remarks: said(['FailedCreate', 5]) }), database), true],
    [
      'it was said again',
      refusedPods(
        server(),
        observed({ remarks: said(['FailedCreate', 1], ['SuccessfulCreate', 3], ['FailedCreate', 5]) }),
        database,
      ),
      true,
    ],
    [
      'one was made later',
      refusedPods(
        server(),
        observed({ remarks: said(['FailedCreate', 5], ['SuccessfulCreate', 6]) }),
        database,
      ),
      false,
    ],
    [
      'one is there',
      refusedPods(server(), observed({ remarks: said(['FailedCreate', 5]), pods: [own] }), database),
      false,
    ],
    [
      'all are there',
      refusedPods(server({ replicas: 1 }), observed({ remarks: said(['FailedCreate', 5]) }), database),
      false,
    ],
    ['there is no workload', refusedPods(undefined, observed(), database), false],
  ];
  for (const [when, trouble, isRefused] of rows) {
    it(`are ${isRefused ? '' : 'not '}told when ${when}`, () => {
      assert.deepEqual(
        trouble && [trouble.reason, trouble.stalled],
        isRefused ? ['PodsForbidden', true] : undefined,
      );
    });
  }
});
