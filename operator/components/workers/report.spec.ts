import assert from 'node:assert/strict';
import {
  containerStatus,
  liveObject,
  livePod,
  observed,
  testDatabase,
  testSite,
} from '../../testing/site.ts';
import type { Manifest, Site } from '../component.ts';
import type { Worker } from '../site.ts';
import { report } from './report.ts';
import { workerDefaults } from './spec.ts';

const mail: Worker = { ...workerDefaults, name: 'mail', command: ['./worker'], replicas: 2 };
const siteWith = (more: Parameters<typeof testSite>[0] = {}): Site =>
  testSite({ preset: 'Generic', database: undefined, files: undefined, workers: [mail], ...more });

/** As noon is now: how many seconds before it. */
const before = (seconds: number) => new Date(Date.UTC(2030, 0, 1, 12) - seconds * 1000).toISOString();
const deployment = (status: object = {}, name = 'mail', replicas = 2, metadata: object = {}) =>
  liveObject('Deployment', `shop-worker-${name}`, { spec: { replicas }, status, metadata });
const counts = (replicas: number, updatedReplicas = replicas, availableReplicas = updatedReplicas) => ({
  replicas,
  updatedReplicas,
  availableReplicas,
});
const pod = (state: Record<string, unknown>, more: Record<string, unknown> = {}, name = 'mail') => {
  const made = livePod({
    component: 'workers',
    name: `shop-worker-${name}-abc`,
    status: { containerStatuses: [containerStatus('worker', state, more)] },
  });
  const labels = { ...made.metadata.labels, 'hostedsite.dev/worker': name };
  return { ...made, metadata: { ...made.metadata, labels } };
};
const ended = { terminated: { exitCode: 1, startedAt: before(20), finishedAt: before(15) } };
const habit = { restartCount: 3, lastState: ended };
const crashing = pod({ waiting: { reason: 'CrashLoopBackOff' } }, habit);
const runsFor = (seconds: number) =>
  pod({ running: { startedAt: before(seconds) } }, { ...habit, ready: true });
const unpulled = pod({ waiting: { reason: 'ErrImagePull' } });
const waiting = (seconds: number) =>
  livePod({
    component: 'workers',
    metadata: { labels: { ...pod({}).metadata.labels } },
    status: {
      conditions: [
        {
          ...{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable' },
          lastTransitionTime: before(seconds),
          message: '0/1 nodes are available: 1 Insufficient memory.',
        },
      ],
    },
  });
const refused = {
  conditions: [
    {
      ...{ type: 'ReplicaFailure', status: 'True' },
      message: 'maximum memory usage per Container is 64Mi, but limit is 128Mi',
    },
  ],
};

describe('the report of workers', () => {
  const rows: [when: string, site: Site, owned: Manifest[], pods: Manifest[], expected: string][] = [
    ['nothing is installed yet', testSite({ workers: [mail] }), [], [], 'Unknown/Installing'],
    ['they are being made', siteWith(), [], [], 'Unknown/Progressing'],
    ['they start', siteWith(), [deployment(counts(2, 2, 0))], [], 'Unknown/Starting'],
    ['all run', siteWith(), [deployment(counts(2))], [], 'True/Working'],
    [
      'all run, and one had ended often before',
      siteWith(),
      [deployment(counts(2))],
      [runsFor(3)],
      'True/Working',
    ],
    [
      'its status is about an older form',
      siteWith(),
      [deployment(counts(2), 'mail', 2, { generation: 2 })],
      [],
      'Unknown/Starting',
    ],
    ['new pods take over', siteWith(), [deployment(counts(2, 1, 2))], [], 'Unknown/RollingOut'],
    ['one pod is left too many', siteWith(), [deployment(counts(3, 2, 2))], [], 'Unknown/RollingOut'],
    [
      'one ends again and again',
      siteWith(),
      [deployment(counts(2, 2, 1))],
      [crashing],
      'False/ContainerCrashing',
    ],
    [
      'it runs for a moment between two ends',
      siteWith(),
      [deployment(counts(2, 2, 1))],
      [runsFor(3)],
      'False/ContainerCrashing',
    ],
    ['it has run on since', siteWith(), [deployment(counts(2, 2, 1))], [runsFor(60)], 'Unknown/Starting'],
    [
      'it ends while the database does not answer',
      siteWith({ database: testDatabase }),
      [deployment(counts(2, 2, 1))],
      [crashing],
      'Unknown/WaitingForDatabase',
    ],
    ['its image is not there', siteWith(), [deployment(counts(2, 1))], [unpulled], 'False/ImagePullFailed'],
    [
      'no node has room so far',
      siteWith(),
      [deployment(counts(2, 2, 1))],
      [waiting(30)],
      'Unknown/Unschedulable',
    ],
    ['no node has room', siteWith(), [deployment(counts(2, 2, 1))], [waiting(300)], 'False/Unschedulable'],
    [
      'the cluster refuses its pods',
      siteWith(),
      [deployment({ ...counts(0), ...refused })],
      [],
      'False/PodsForbidden',
    ],
    [
      'the site is switched off',
      siteWith({ replicas: 0 }),
      [deployment(counts(0), 'mail', 0)],
      [],
      'True/ScaledToZero',
    ],
    ['none is asked for', siteWith(), [deployment(counts(0), 'mail', 0)], [], 'True/Working'],
  ];
  for (const [when, site, owned, pods, expected] of rows) {
    it(`is ${expected} when ${when}`, () => {
      const { ready, stalled } = report(site, observed({ owned, pods }));
      assert.equal(`${ready.status}/${ready.reason}`, expected);
      assert.equal(stalled, undefined, 'a worker stalls no site');
    });
  }

  it('names each worker that is in trouble, and leaves out what only takes its time', () => {
    const others = ['images', 'slow'].map((name): Worker => ({ ...mail, name }));
    const site = siteWith({ workers: [mail, ...others] });
    const owned = ['mail', 'images', 'slow'].map((name) => deployment(counts(2, 2, 1), name));
    const pods = [crashing, pod({ waiting: { reason: 'ErrImagePull' } }, {}, 'images')];
    const { ready } = report(site, observed({ owned, pods }));
    assert.match(
      ready.message,
      /^The worker mail: The container worker ends with code 1 again and again\..* The worker images: /,
    );
    assert.doesNotMatch(ready.message, /slow/);
  });

  it('says which field to change when the cluster refuses pods', () => {
    const { ready } = report(siteWith(), observed({ owned: [deployment({ ...counts(0), ...refused })] }));
    assert.match(
      ready.message,
      /The cluster refuses the pods of it: .*64Mi.*resources of its entry in spec\.workers/,
    );
  });

  it('is looked at again when a pod has waited long enough for room', () => {
    const { recheckAt } = report(
      siteWith(),
      observed({ owned: [deployment(counts(2, 2, 1))], pods: [waiting(30)] }),
    );
    assert.deepEqual(recheckAt, new Date(before(-90)));
  });
});
