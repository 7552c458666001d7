import assert from 'node:assert/strict';
import type { Manifest } from '../kube/manifest.ts';
import { run } from './run.ts';
import type { Run, RunFacts } from './run.ts';

const gates = [{ name: 'hostedsite.dev/run-once' }];
const gone = '2030-01-01T12:00:00Z';

function pod(uid: string, { phase = 'Pending', isOpen = false, isLeaving = false } = {}): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: uid, uid, ...(isLeaving ? { deletionTimestamp: gone } : {}) },
    spec: isOpen ? { nodeName: 'node' } : { schedulingGates: gates },
    status: {
      phase,
      containerStatuses:
        phase === 'Succeeded' ? [{ name: 'command', state: { terminated: { exitCode: 0 } } }] : [],
    },
  };
}

function job(condition?: string, isLeaving = false): Manifest {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'shop-release', ...(isLeaving ? { deletionTimestamp: gone } : {}) },
    status: condition === undefined ? {} : { conditions: [{ type: condition, status: 'True' }] },
  };
}

const names = (uid: string) => ({ is: 'running', uid, hash: 'ab' }) as const;
const open = { isOpen: true };

describe('a command', () => {
  const rows: [when: string, facts: RunFacts, is: Run['is'], detail?: string][] = [
    ['nothing is there', { pods: [] }, 'none'],
    ['its Job was deleted before anything was recorded', { pods: [pod('a')] }, 'none'],
    ['it ran, and neither record nor Job is there', { pods: [], wasRunning: true }, 'missing', ''],
    [
      'it ran, its record is gone, and another pod waits',
      { job: job(), pods: [pod('b')], wasRunning: true },
      'missing',
      '',
    ],
    [
      'it ran, its record is gone, and its pod is there',
      { job: job(), pods: [pod('a', open), pod('b')], wasRunning: true },
      'running',
      'a',
    ],
    ['it has no pod yet', { job: job(), pods: [] }, 'made'],
    ['its pod is being deleted', { job: job(), pods: [pod('a', { isLeaving: true })] }, 'made'],
    ['its pod was given up behind its gate', { job: job(), pods: [pod('a', { phase: 'Failed' })] }, 'made'],
    ['its Job is being deleted', { job: job(undefined, true), pods: [pod('a')] }, 'leaving'],
    ['its pod waits alone', { job: job(), pods: [pod('a')] }, 'gated', 'a'],
    [
      'one pod waits and another was given up',
      { job: job(), pods: [pod('a', { phase: 'Failed' }), pod('b')] },
      'gated',
      'b',
    ],
    ['two pods wait', { job: job(), pods: [pod('a'), pod('b')] }, 'crowded'],
    [
      'one pod waits and another is being deleted',
      { job: job(), pods: [pod('a', { isLeaving: true }), pod('b')] },
      'crowded',
    ],
    ['its Job failed before', { job: job('FailureTarget'), pods: [pod('a')] }, 'ended', 'NeverStarted'],
    ['it is recorded', { job: job(), pods: [pod('a')], record: names('a') }, 'recorded', 'a'],
    [
      'another pod came afterwards',
      { job: job(), pods: [pod('b'), pod('a')], record: names('a') },
      'recorded',
      'a',
    ],
    ['it is recorded and has no Job', { pods: [pod('a')], record: names('a') }, 'recorded', 'a'],
    [
      'its Job failed before the recorded pod was opened',
      { job: job('Failed'), pods: [pod('a')], record: names('a') },
      'ended',
      'NeverStarted',
    ],
    [
      'the recorded pod was given up behind its gate',
      { job: job(), pods: [pod('a', { phase: 'Failed' })], record: names('a') },
      'ended',
      'NeverStarted',
    ],
    ['its Job is complete, and nothing says more', { job: job('Complete'), pods: [] }, 'ended', 'Unseen'],
    ['it is open', { job: job(), pods: [pod('a', open)], record: names('a') }, 'running', 'a'],
    ['it is open and nothing says so', { job: job(), pods: [pod('b'), pod('a', open)] }, 'running', 'a'],
    ['it is open and has neither Job nor record', { pods: [pod('a', open)] }, 'running', 'a'],
    [
      'it ended',
      { job: job(), pods: [pod('a', { ...open, phase: 'Succeeded' })], record: names('a') },
      'ended',
      'Succeeded',
    ],
    [
      'it ended and nothing says so',
      { pods: [pod('a', { ...open, phase: 'Succeeded' })] },
      'ended',
      'Succeeded',
    ],
    [
      'only other pods are there',
      { job: job('Complete'), pods: [pod('b')], record: names('a') },
      'missing',
      'a',
    ],
    ['the record cannot be read', { job: job(), pods: [pod('b')], record: names('') }, 'missing', ''],
    ['it is written down', { job: job(), pods: [pod('a')], record: { is: 'succeeded' } }, 'closed'],
    ['it was withdrawn', { job: job(), pods: [pod('a')], record: { is: 'withdrawn', number: 1 } }, 'closed'],
  ];
  for (const [when, facts, is, detail] of rows) {
    it(`${is} when ${when}`, () => {
      const found = run(facts);
      assert.equal(found.is, is);
      if (detail !== undefined) assert.equal(detailOf(found), detail);
    });
  }
});

function detailOf(found: Run): string | undefined {
  if (found.is === 'ended') return found.end.reason;
  if (found.is === 'missing') return found.uid;
  return 'pod' in found ? found.pod?.metadata.uid : undefined;
}
