import assert from 'node:assert/strict';
import type { Manifest } from '../kube/manifest.ts';
import { terminationOf, isFinished, neverStarted, unseen } from './ending.ts';
import type { End } from './ending.ts';

interface Facts {
  phase?: string;
  podReason?: string;
  /** Of the terminated container. */
  end?: Record<string, unknown>;
  /** When its deletion is to be over, and the seconds that it was given. */
  deletion?: [time: string, grace: number];
  /** Of the container, without an end. */
  state?: 'running' | 'waiting';
  /** What more the kubelet says of the container. */
  made?: object;
  /** It is on a node. */
  spec?: object;
}

const placed = { nodeName: 'node' };
const finishedAt = '2030-01-01T12:00:10Z';
const exit = (exitCode: number, more: object = {}) => ({ exitCode, finishedAt, ...more });

function pod({
  phase = 'Running',
  podReason,
  end,
  deletion,
  state = 'running',
  made = {},
  spec = placed,
}: Facts): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'shop-release-x', uid: 'pod-uid', ...leaving(deletion) },
    spec,
    status: {
      phase,
      ...(podReason === undefined ? {} : { reason: podReason }),
      containerStatuses: [
        { name: 'beside', state: { terminated: exit(3) } },
        { name: 'command', state: end === undefined ? { [state]: {} } : { terminated: end }, ...made },
      ],
    },
  };
}

function leaving(deletion: Facts['deletion']): object {
  if (deletion === undefined) return {};
  const [deletionTimestamp, deletionGracePeriodSeconds] = deletion;
  return { deletionTimestamp, deletionGracePeriodSeconds };
}

function job(...conditions: [type: string, reason?: string, status?: string][]): Manifest {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'shop-release' },
    status: { conditions: conditions.map(([type, reason, status = 'True']) => ({ type, reason, status })) },
  };
}

const tooLong: Facts = { phase: 'Failed', podReason: 'DeadlineExceeded' };
const unknown = { exitCode: 137, reason: 'ContainerStatusUnknown' };

describe('how a command ended', () => {
  const rows: [when: string, facts: Facts, reason: End['reason'] | undefined, exitCode?: number][] = [
    ['it waits', { phase: 'Pending' }, undefined],
    ['it runs', {}, undefined],
    ['its container has ended, its pod has not', { end: exit(0) }, undefined],
    ['it ended with 0', { phase: 'Succeeded', end: exit(0) }, 'Succeeded', 0],
    [
      'it ended before somebody deleted its pod',
      { phase: 'Succeeded', end: exit(0), deletion: ['2030-01-01T12:00:41Z', 30] },
      'Succeeded',
      0,
    ],
    [
      'it ended with 0 in the second in which its pod was deleted',
      { phase: 'Succeeded', end: exit(0), deletion: ['2030-01-01T12:00:40Z', 30] },
      'Stopped',
      0,
    ],
    [
      'it turned the signal to stop into 0',
      { phase: 'Succeeded', end: exit(0), deletion: ['2030-01-01T12:00:35Z', 30] },
      'Stopped',
      0,
    ],
    [
      'it was deleted with force, and nobody says when it ended',
      { phase: 'Succeeded', end: { exitCode: 0 }, deletion: ['2030-01-01T12:00:35Z', 0] },
      'Stopped',
      0,
    ],
    ['it ended with 3', { phase: 'Failed', end: exit(3) }, 'Failed', 3],
    ['it was killed', { phase: 'Failed', end: exit(143) }, 'Failed', 143],
    [
      'it was killed by a deletion',
      { phase: 'Failed', end: exit(143), deletion: ['2030-01-01T12:00:35Z', 30] },
      'Stopped',
      143,
    ],
    [
      'it took too much memory',
      { phase: 'Failed', end: exit(137, { reason: 'OOMKilled' }) },
      'OutOfMemory',
      137,
    ],
    [
      'it is not in the image',
      { phase: 'Failed', end: exit(128, { reason: 'StartError' }) },
      'StartError',
      128,
    ],
    ['what is beside it failed', { phase: 'Failed', end: exit(0) }, 'Failed', 0],
    [
      'it took too long and turned the signal to stop into 0',
      { phase: 'Failed', podReason: 'DeadlineExceeded', end: exit(0) },
      'DeadlineExceeded',
      0,
    ],
    ['it took too long', tooLong, 'DeadlineExceeded'],
    ['it took too long to begin', { ...tooLong, state: 'waiting' }, 'NeverStarted'],
    ['the same, in the words of the kubelet', { ...tooLong, end: unknown }, 'NeverStarted'],
    [
      'it took too long, and its node does not find it again',
      { ...tooLong, end: unknown, made: { containerID: 'containerd://a' } },
      'DeadlineExceeded',
    ],
    [
      'it took too long, and its node has lost what it began',
      { ...tooLong, state: 'waiting', made: { lastState: { terminated: exit(137) } } },
      'DeadlineExceeded',
    ],
    ['it was evicted', { phase: 'Failed', podReason: 'Evicted', end: exit(137) }, 'Evicted', 137],
    ['it was evicted before it began', { phase: 'Failed', podReason: 'Evicted' }, 'Evicted'],
    ['its node is gone', { phase: 'Failed' }, 'Lost'],
    [
      'its node does not find it again',
      { phase: 'Failed', end: exit(137, { reason: 'ContainerStatusUnknown' }) },
      'Lost',
    ],
    ['its node was started anew', { phase: 'Failed', end: exit(255, { reason: 'Unknown' }) }, 'Lost'],
    ['no node has taken it', { phase: 'Pending', spec: {} }, undefined],
    [
      'no node has taken it, and it is on its way out',
      { phase: 'Pending', spec: {}, deletion: ['2030-01-01T12:00:00Z', 0] },
      'NeverStarted',
    ],
    ['no node has taken it, and it was given up', { phase: 'Failed', spec: {} }, 'NeverStarted'],
    ['it ended with 255', { phase: 'Failed', end: exit(255, { reason: 'Error' }) }, 'Failed', 255],
  ];
  for (const [when, facts, reason, exitCode] of rows) {
    it(`${reason ?? 'not yet'} when ${when}`, () => {
      const end = terminationOf(pod(facts));
      assert.deepEqual([end?.reason, end?.exitCode], [reason, exitCode]);
      assert.equal(end?.succeeded ?? false, reason === 'Succeeded');
    });
  }

  const byJob: [found: Manifest, reason: End['reason'] | undefined][] = [
    [job(), undefined],
    [job(['Complete']), undefined],
    [job(['FailureTarget', 'DeadlineExceeded', 'False']), undefined],
    [job(['FailureTarget', 'DeadlineExceeded']), 'DeadlineExceeded'],
    [job(['Failed', 'BackoffLimitExceeded']), 'Failed'],
  ];
  for (const [found, reason] of byJob) {
    it(`${reason ?? 'not yet'} when it runs and its Job says ${JSON.stringify(found['status'])}`, () =>
      assert.equal(terminationOf(pod({}), found)?.reason, reason));
  }

  it('is not known of one that no node has taken, whatever its Job says: it may yet begin', () => {
    const found = pod({ phase: 'Pending', spec: {} });
    assert.equal(terminationOf(found, job(['FailureTarget', 'DeadlineExceeded'])), undefined);
  });

  it('is what its pod says, whatever its Job says', () => {
    const ended = pod({ phase: 'Succeeded', end: exit(0) });
    assert.equal(terminationOf(ended, job(['Failed', 'DeadlineExceeded']))?.reason, 'Succeeded');
    const failed = pod({ phase: 'Failed', end: exit(1) });
    assert.equal(terminationOf(failed, job(['Complete']))?.reason, 'Failed');
  });

  it('has its times and its last lines, without credentials in addresses', () => {
    const startedAt = '2030-01-01T12:00:00Z';
    const message = 'working\nmysql://shop:secret@db/shop refused\n';
    assert.deepEqual(terminationOf(pod({ phase: 'Failed', end: exit(1, { startedAt, message }) })), {
      succeeded: false,
      reason: 'Failed',
      sentence: 'The command ended with code 1.',
      exitCode: 1,
      lines: 'working\nmysql://***@db/shop refused',
      startedAt,
      finishedAt,
    });
  });

  it('has no time of a start that there was not', () => {
    const startedAt = '1970-01-01T00:00:00Z';
    const end = terminationOf(pod({ phase: 'Failed', end: exit(128, { reason: 'StartError', startedAt }) }));
    assert.ok(end !== undefined && !('startedAt' in end));
  });

  it('may be that nobody saw it, or that it never began', () => {
    assert.deepEqual([unseen.succeeded, unseen.reason], [false, 'Unseen']);
    assert.deepEqual([neverStarted().succeeded, neverStarted().reason], [false, 'NeverStarted']);
    assert.equal(neverStarted('A quota is used up.').sentence, 'A quota is used up.');
  });
});

describe('a Job', () => {
  for (const type of ['Complete', 'SuccessCriteriaMet', 'Failed', 'FailureTarget']) {
    it(`is over or about to be when it says ${type}`, () => {
      assert.equal(isFinished(job([type])), true);
      assert.equal(isFinished(job([type, 'BackoffLimitExceeded', 'False'])), false);
    });
  }

  it('is not over when it is suspended, or says nothing', () => {
    assert.equal(isFinished(job(['Suspended'])), false);
    assert.equal(isFinished({ ...job(), status: {} }), false);
  });
});
