import assert from 'node:assert/strict';
import type { Manifest } from '../component.ts';
import { containerStatus, liveObject, livePod, observed, released, testSite } from '../../testing/site.ts';
import { report } from './report.ts';

interface Numbers {
  desired?: number;
  replicas?: number;
  updated?: number;
  available?: number;
  generation?: number;
  conditions?: object[];
}

const ofRelease = { 'hostedsite.dev/revision': 'shop-web-1111111111' };

function deployment(numbers: Numbers = {}): Manifest {
  const { desired: expected = 2, replicas = expected, updated = replicas, available = updated } = numbers;
  const { generation = 1, conditions = [] } = numbers;
  return liveObject('Deployment', 'shop-web', {
    metadata: { generation },
    spec: { replicas: expected, progressDeadlineSeconds: 600, template: { metadata: { labels: ofRelease } } },
    status: { replicas, updatedReplicas: updated, availableReplicas: available, conditions },
  });
}

const verdict = (owned: Manifest[], pods: Manifest[] = [], site = testSite()) => {
  const { ready, stalled } = report(site, observed({ owned, pods }), released());
  return [ready.status, ready.reason, stalled === true];
};
const message = (owned: Manifest[], pods: Manifest[] = []) =>
  report(testSite(), observed({ owned, pods }), released()).ready.message;

const failing = (revision?: string) =>
  livePod({
    ...(revision === undefined ? {} : { revision }),
    status: { containerStatuses: [containerStatus('application', { waiting: { reason: 'ErrImagePull' } })] },
  });
const crashing = livePod({
  status: {
    containerStatuses: [
      containerStatus(
        'application',
        { waiting: { reason: 'CrashLoopBackOff' } },
        { restartCount: 3, lastState: { terminated: { exitCode: 1 } } },
      ),
    ],
  },
});
const database = liveObject('StatefulSet', 'shop-database', { status: { readyReplicas: 1 } });
const complete = { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable' };

describe('the report of the web', () => {
  const old = livePod({ revision: 'shop-web-0000000000', name: 'shop-web-old' });
  const rows: [string, Manifest[], Manifest[], unknown[]][] = [
    ['nothing is there', [], [], ['Unknown', 'Starting', false]],
    ['every replica is available', [deployment()], [livePod()], ['True', 'Serving', false]],
    ['the controller has not acted yet', [deployment({ generation: 2 })], [], ['Unknown', 'Starting', false]],
    ['a replica is missing', [deployment({ available: 1 })], [], ['Unknown', 'Starting', false]],
    ['a pod of the old release is left', [deployment()], [livePod(), old], ['Unknown', 'RollingOut', false]],
    [
      'a pod of the old release was evicted',
      [deployment()],
      [livePod(), livePod({ revision: 'shop-web-0000000000', status: { phase: 'Failed' } })],
      ['True', 'Serving', false],
    ],
    [
      'old replicas are left',
      [deployment({ replicas: 3, updated: 1 })],
      [],
      ['Unknown', 'RollingOut', false],
    ],
    ['no replicas are wanted', [deployment({ desired: 0 })], [], ['True', 'ScaledToZero', false]],
    [
      'replicas are to go',
      [deployment({ desired: 0, replicas: 1 })],
      [livePod()],
      ['Unknown', 'Starting', false],
    ],
    [
      'all that served are down',
      [deployment({ available: 0, conditions: [complete] })],
      [],
      ['False', 'Unavailable', false],
    ],
    ['the new pods fail', [deployment()], [failing()], ['False', 'ImagePullFailed', true]],
    [
      'only pods of an older release fail',
      [deployment()],
      [failing('shop-web-0000000000')],
      ['Unknown', 'RollingOut', false],
    ],
    [
      'pods crash beside a database',
      [deployment(), database],
      [crashing],
      ['False', 'ContainerCrashing', true],
    ],
    [
      'pods crash before the database answers',
      [deployment()],
      [crashing],
      ['Unknown', 'WaitingForDatabase', false],
    ],
    [
      'no progress is made',
      [
        deployment({
          available: 0,
          conditions: [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }],
        }),
      ],
      [],
      ['False', 'ProgressDeadlineExceeded', true],
    ],
    [
      'the cluster refuses pods',
      [deployment({ replicas: 0, conditions: [{ type: 'ReplicaFailure', status: 'True', message: '' }] })],
      [],
      ['False', 'PodsForbidden', true],
    ],
  ];
  for (const [when, owned, pods, expected] of rows) {
    it(`is ${expected.slice(0, 2).join('/')} when ${when}`, () => {
      assert.deepEqual(verdict(owned, pods), expected);
    });
  }

  it('tells of a pod that nobody will end, and of none that a release has', () => {
    const forged = livePod({ revision: 'none', name: 'forged' });
    const advice = /^The pod forged .* Delete it, or take its label app\.kubernetes\.io\/component away\.$/;
    assert.match(message([deployment()], [livePod(), forged]), advice);
    const ownerReferences = [{ kind: 'ReplicaSet', uid: 'uid', controller: true }];
    const owned = livePod({ revision: 'shop-web-0000000000', name: 'shop-web-old' });
    const ending = { ...owned, metadata: { ...owned.metadata, ownerReferences } } as Manifest;
    assert.equal(message([deployment()], [livePod(), ending]), 'New pods take over from old ones.');
    assert.equal(
      message([deployment({ replicas: 3, updated: 1 })], [forged]),
      'New pods take over from old ones.',
    );
  });

  it('tells how long no progress was made, and the way back', () => {
    const conditions = [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }];
    const others = [livePod({ revision: 'shop-web-0000000000' })];
    const late = [deployment({ conditions })];
    assert.match(message(late, others), /within 600 seconds.*go back to the last good image/);
    assert.match(message(late), /within 600 seconds\. Their logs say why: correct the release\.$/);
  });

  const named = 'ReplicaSet "shop-web-7f9c" has timed out progressing.';
  const late = {
    type: 'Progressing',
    status: 'False',
    reason: 'ProgressDeadlineExceeded',
    message: named,
  };
  const hashed = (hash: string, revision = 'shop-web-1111111111') =>
    livePod({
      revision,
      metadata: {
        labels: {
          'app.kubernetes.io/name': 'hostedsite',
          'app.kubernetes.io/instance': 'shop',
          'app.kubernetes.io/component': 'web',
          'app.kubernetes.io/managed-by': 'hostedsite',
          'hostedsite.dev/revision': revision,
          'pod-template-hash': hash,
        },
      },
    });
  const refused = { type: 'ReplicaFailure', status: 'True', message: '' };
  const failures: [string, Numbers, Manifest[], boolean][] = [
    ['its deadline has passed', { conditions: [late] }, [hashed('7f9c')], true],
    ['that of another ReplicaSet has', { conditions: [late] }, [hashed('1234')], false],
    ['its controller has not seen it', { conditions: [late], generation: 2 }, [hashed('7f9c')], false],
    ['the cluster refuses pods', { conditions: [late, refused] }, [hashed('7f9c')], false],
    ['it has no pods', { conditions: [late] }, [], false],
    ['there is time', { conditions: [complete] }, [hashed('7f9c')], false],
  ];
  for (const [when, numbers, pods, failed] of failures) {
    it(`${failed ? 'gives up' : 'does not give up'} a release when ${when}`, () => {
      const reported = report(testSite(), observed({ owned: [deployment(numbers)], pods }), released());
      assert.equal(reported.failure !== undefined, failed);
    });
  }

  it('does not tell of a deadline that is over with the release before', () => {
    const owned = [deployment({ replicas: 3, updated: 1, conditions: [late] })];
    const pods = [hashed('1234'), hashed('7f9c', 'shop-web-0000000000')];
    assert.deepEqual(verdict(owned, pods), ['Unknown', 'RollingOut', false]);
  });

  it('is stalled while another release runs than the one that is wanted', () => {
    const failed = { ...released().revision, image: 'shop:2', failure: 'shop:2 was not ready.' };
    const reported = report(testSite(), observed({ owned: [deployment()], pods: [] }), {
      ...released(),
      state: { is: 'rolledBack', desired: failed, current: released().revision },
    });
    assert.deepEqual(
      [reported.ready.status, reported.ready.reason, reported.stalled],
      ['False', 'RolledBack', true],
    );
    assert.match(
      reported.ready.message,
      /runs registry\S+ again; correct the spec to release anew\. shop:2 was/,
    );
  });

  it('does not wait for a database that the site does not have', () => {
    const site = testSite({ preset: 'Generic', database: undefined });
    assert.deepEqual(verdict([deployment()], [crashing], site), ['False', 'ContainerCrashing', true]);
  });
});
