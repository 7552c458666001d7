import assert from 'node:assert/strict';
import { terminationOf, neverStarted } from '../../commands/ending.ts';
import { gate } from '../../commands/job.ts';
import type { Run } from '../../commands/run.ts';
import { at, job, live, missing, pod, recorded, rows, running } from '../../testing/task-facts.ts';

const deadline = [{ type: 'FailureTarget', status: 'True', reason: 'DeadlineExceeded' }];
const failedJob = { ...job, status: { conditions: deadline } };
const tooLong = terminationOf(pod('a'), failedJob) ?? assert.fail();
const behindGate = { ...pod('a'), spec: { schedulingGates: [{ name: gate }] } };
const given = { job: failedJob, run: { is: 'ended', end: tooLong, pod: pod('a') } as Run };
rows('row 1, an end by its Job', [
  ['the caches have its pod as one that runs', given, undefined, 'look'],
  [
    'its pod has ended',
    { ...given, live: live({ pod: pod('a', { exitCode: 7 }) }) },
    'Failed/Failed',
    'nothing',
  ],
  ['its pod runs', { ...given, live: live({ pod: pod('a') }) }, 'Failed/DeadlineExceeded', 'nothing'],
  ['its pod is gone', { ...given, live: live() }, 'Failed/DeadlineExceeded', 'nothing'],
  [
    'its pod is behind its gate, say the caches, and is gone',
    { ...given, run: { is: 'ended', end: neverStarted(), pod: behindGate }, live: live({ uids: [] }) },
    'Failed/Unseen',
    'nothing',
  ],
  [
    'its pod is behind its gate',
    { ...given, live: live({ pod: behindGate }) },
    'Failed/NeverStarted',
    'nothing',
  ],
]);

rows('rows 7 and 8, what is open', [
  ['it runs', { job, run: running }, 'Running/Running', 'nothing'],
  [
    'its node has it, and has not made its container',
    { job, run: { is: 'running', pod: pod('a', { waiting: {} }) } },
    'Running/Starting',
    'nothing',
  ],
  [
    'its node has it, its Job is gone, and its deadline is not over',
    { run: running, now: at('13:00:59') },
    'Running/Running',
    'nothing',
  ],
  ['the same, and it is over', { run: running, now: at('13:01:00') }, undefined, 'look'],
  [
    'the same, and it does not end',
    { run: running, now: at('13:01:00'), live: live({ pod: pod('a') }) },
    'Failed/Lost',
    'nothing',
  ],
  [
    'the same, and it has ended',
    { run: running, now: at('13:01:00'), live: live({ pod: pod('a', { exitCode: 7 }) }) },
    'Failed/Failed',
    'nothing',
  ],
  [
    'the same, and it is gone',
    { run: running, now: at('13:01:00'), live: live() },
    'Failed/Unseen',
    'nothing',
  ],
  [
    'it does not end, and its Job is there, which sees to it',
    { job, run: running, now: at('13:01:00') },
    'Running/Running',
    'nothing',
  ],
  [
    'its pod is there, and the caches do not hear of it',
    { job, run: missing, live: live({ pod: pod('a') }) },
    'Running/Running',
    'nothing',
  ],
  [
    'its pod has ended, and the caches do not hear of it',
    { job, run: missing, live: live({ pod: pod('a', { exitCode: 7 }) }) },
    'Failed/Failed',
    'nothing',
  ],
  ['its pod is not in the caches', { job, run: missing }, undefined, 'look'],
  ['its pod is there, the caches are behind', { job, run: missing, live: live() }, undefined, 'nothing'],
  ['its pod is gone', { job, run: missing, live: live({ uids: ['b'] }) }, 'Failed/Unseen', 'nothing'],
  [
    'its pod was gone before it was opened',
    { job, run: recorded, live: live({ uids: [] }) },
    'Failed/Unseen',
    'nothing',
  ],
]);
