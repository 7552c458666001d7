import assert from 'node:assert/strict';
import { neverStarted, unseen } from '../../commands/ending.ts';
import type { End } from '../../commands/ending.ts';
import type { SiteTask } from '../../kinds/site-task/site-task.ts';
import {
  at,
  facts,
  gated,
  gone,
  job,
  jobOf,
  live,
  made,
  pod,
  recorded,
  rows,
  running,
} from '../../testing/task-facts.ts';
import { siteTask } from '../../testing/task-world.ts';
import { hostedSite } from '../../testing/world.ts';
import { decide } from './decide.ts';
import type { TaskFacts } from './facts.ts';

const end = (succeeded: boolean): End => ({
  ...{ succeeded, reason: succeeded ? 'Succeeded' : 'Failed', lines: '' },
  sentence: 'It ended.',
});
const reported = (phase: string, reason: string, spec: Partial<SiteTask['spec']> = {}): SiteTask => ({
  ...siteTask(spec),
  status: {
    // The clock of its node was a day behind.
    ...{ phase, reason, completionTime: '2029-12-31T12:00:00Z' },
    conditions: [{ type: 'Succeeded', status: 'True', lastTransitionTime: '2030-01-01T12:00:00Z' }],
  } as NonNullable<SiteTask['status']>,
});
const held = hostedSite({ suspend: true });
const leaving = hostedSite();
leaving.metadata.deletionTimestamp = '2030-01-01T12:00:00Z';

rows('row 0, a task that is over', [
  ['it stays', { task: reported('Succeeded', 'Succeeded') }, undefined, 'nothing'],
  [
    'its time is not over',
    { task: reported('Succeeded', 'Succeeded', { ttlSecondsAfterFinished: 1 }) },
    undefined,
    'nothing',
  ],
  [
    'its time is over',
    { task: reported('Failed', 'Failed', { ttlSecondsAfterFinished: 1 }), now: at('12:00:01') },
    undefined,
    'delete',
  ],
  [
    'refused, with a Job that could be started',
    { task: reported('Failed', 'SiteHeld'), job, run: gated },
    undefined,
    'remove',
  ],
  [
    'refused, and its Job is on its way out',
    { task: reported('Failed', 'SiteHeld'), job: jobOf('shop-web-1', '2030-01-01T12:00:00Z'), run: gated },
    undefined,
    'nothing',
  ],
  [
    'its site is gone, and it runs',
    { task: reported('Failed', 'SiteGone'), job, run: running },
    undefined,
    'remove',
  ],
  [
    'it failed, and its log is there',
    { task: reported('Failed', 'Failed'), job, run: { is: 'ended', end: end(false) } },
    undefined,
    'nothing',
  ],
]);

rows('row 1, an end that is known', [
  [
    'with 0',
    { run: { is: 'ended', end: end(true), pod: pod('a', { exitCode: 0 }) } },
    'Succeeded/Succeeded',
    'nothing',
  ],
  [
    'otherwise',
    { run: { is: 'ended', end: end(false), pod: pod('a', { exitCode: 3 }) } },
    'Failed/Failed',
    'nothing',
  ],
  ['without a beginning', { run: { is: 'ended', end: neverStarted() } }, 'Failed/NeverStarted', 'nothing'],
  [
    'of a site that is gone',
    { site: undefined, run: { is: 'ended', end: end(true) } },
    'Succeeded/Succeeded',
    'nothing',
  ],
]);

rows('row 2, a site that is gone or held', [
  ['gone, say the caches', { site: undefined }, undefined, 'look'],
  ['leaving, say the caches', { site: leaving, run: running }, undefined, 'look'],
  ['gone', { site: undefined, live: live({ site: 'gone' }) }, 'Failed/SiteGone', 'nothing'],
  [
    'gone, and it runs',
    { site: undefined, run: running, live: live({ site: 'gone' }) },
    'Failed/SiteGone',
    'nothing',
  ],
  [
    'there, the caches are behind',
    { site: undefined, serving: undefined, live: live() },
    'Pending/NotServing',
    'nothing',
  ],
  ['held, say the caches', { site: held, run: gated }, undefined, 'look'],
  ['held', { site: held, run: gated, live: live({ site: 'held' }) }, 'Failed/SiteHeld', 'nothing'],
  [
    'held, which the caches do not know',
    { run: gated, live: live({ site: 'held' }) },
    'Failed/SiteHeld',
    'nothing',
  ],
  ['held, and it runs', { site: held, run: running }, 'Running/Running', 'nothing'],
  [
    'held, and it is recorded',
    { site: held, run: recorded, live: live({ site: 'held' }) },
    'Pending/Starting',
    'nothing',
  ],
]);

const late = { task: siteTask({ deadlineSeconds: 60 }), now: at('12:01:00') };
rows('row 3, a deadline', [
  ['not over', { ...late, now: at('12:00:59'), run: made }, 'Pending/Starting', 'nothing'],
  ['over before it began', { ...late, run: gated }, 'Failed/DeadlineExceeded', 'nothing'],
  ['over while it runs, which its pod sees to', { ...late, run: running }, 'Running/Running', 'nothing'],
  [
    'over, its pod is recorded and has lost its Job',
    { ...late, run: { is: 'recorded', pod: pod('a') }, live: live() },
    'Failed/DeadlineExceeded',
    'nothing',
  ],
  ['over, and it is too large', { ...late, isHeavy: true }, 'Failed/DeadlineExceeded', 'nothing'],
  ['not over, and it is too large', { isHeavy: true }, 'Failed/Rejected', 'nothing'],
  ['not over, and it is too large, and runs', { isHeavy: true, run: running }, 'Running/Running', 'nothing'],
  ['over, the standard one', { now: at('13:00:00') }, 'Failed/DeadlineExceeded', 'nothing'],
]);

rows('row 4, releases', [
  ['none serves', { serving: undefined }, 'Pending/NotServing', 'nothing'],
  ['none serves for a moment', { serving: undefined, job, run: gated }, 'Pending/NotServing', 'nothing'],
  ['a command of one is due', { isReleasing: true }, 'Pending/ReleaseRunning', 'nothing'],
  [
    'a command of one is due, and a Job is there',
    { isReleasing: true, job, run: gated },
    'Pending/ReleaseRunning',
    'remove',
  ],
  [
    'a command of one is due, and the Job is on its way out',
    { isReleasing: true, job: jobOf('shop-web-1', '2030-01-01T12:00:00Z'), run: { is: 'leaving', job } },
    'Pending/ReleaseRunning',
    'nothing',
  ],
  [
    'a command of one is due, and it runs',
    { isReleasing: true, job, run: running },
    'Running/Running',
    'nothing',
  ],
  [
    'the API server alone knows of a command of one',
    { job, run: gated, live: live({ releases: ['r'] }) },
    'Pending/ReleaseRunning',
    'remove',
  ],
  [
    'the command of one has ended',
    { job, run: gated, live: live({ releases: ['r'] }), over: new Set(['r']) },
    'Pending/Starting',
    'record',
  ],
  ['another one serves by now', { job: jobOf('shop-web-0'), run: gated }, 'Pending/Starting', 'remove'],
]);

rows('rows 5 and 6, the beginning', [
  ['too many others run', { isFull: true }, 'Pending/Queued', 'nothing'],
  [
    'too many others run, and its Job is there',
    { isFull: true, job, run: made },
    'Pending/Starting',
    'nothing',
  ],
  ['no Job', {}, undefined, 'look'],
  ['no Job, and nothing stands against it', { live: live() }, 'Pending/Starting', 'create'],
  ['no pod', { job, run: made }, 'Pending/Starting', 'nothing'],
  ['several pods', { job, run: { is: 'crowded', job } }, 'Pending/Starting', 'nothing'],
  ['a Job on its way out', { job, run: { is: 'leaving', job } }, 'Pending/Starting', 'nothing'],
  ['a pod', { job, run: gated }, undefined, 'look'],
  ['a pod alone', { job, run: gated, live: live() }, 'Pending/Starting', 'record'],
  [
    'a pod and another that the caches do not have',
    { job, run: gated, live: live({ uids: ['a', 'b'] }) },
    'Pending/Starting',
    'nothing',
  ],
  ['another pod', { job, run: gated, live: live({ uids: ['b'] }) }, 'Pending/Starting', 'nothing'],
  [
    'a pod beside one that has ended',
    { job, run: gated, live: live({ uids: ['b', 'a'] }), over: new Set(['b']) },
    'Pending/Starting',
    'record',
  ],
  [
    'a pod of a task that has changed',
    { job, run: gated, live: live({ isSame: false }) },
    'Pending/Starting',
    'nothing',
  ],
  ['a recorded pod', { job, run: recorded }, undefined, 'look'],
  ['a recorded pod that is there', { job, run: recorded, live: live() }, 'Pending/Starting', 'open'],
  [
    'a recorded pod without its Job',
    { run: { is: 'recorded', pod: pod('a') }, live: live() },
    'Pending/Starting',
    'nothing',
  ],
  [
    'a recorded pod whose Job is gone, which the caches do not know',
    { job, run: recorded, live: live({ isJobThere: false }) },
    'Pending/Starting',
    'nothing',
  ],
  [
    'a recorded pod whose Job is on its way out',
    { run: { is: 'recorded', pod: pod('a'), job: jobOf('shop-web-1', gone) }, live: live() },
    'Pending/Starting',
    'nothing',
  ],
  [
    'a recorded pod that is on its way out',
    { job, run: { is: 'recorded', job, pod: pod('a', {}, { deletionTimestamp: gone }) }, live: live() },
    'Pending/Starting',
    'nothing',
  ],
  [
    'a recorded pod of a task that has changed',
    { job, run: recorded, live: live({ isSame: false }) },
    'Pending/Starting',
    'nothing',
  ],
]);

describe('a task', () => {
  it('gives its pod what is left of its deadline, a second at least', () => {
    const left = (time: string) => {
      const { act } = decide(facts({ now: at(time), live: live() }));
      return act.is === 'create' ? act.deadlineSeconds : undefined;
    };
    assert.deepEqual([left('12:00:00'), left('12:59:59.500')], [3600, 1]);
  });

  it('is looked at again when its deadline is over, and each minute before: not all it waits for wakes it', () => {
    const again = (some: Partial<TaskFacts>) => decide(facts(some)).recheckAt;
    assert.deepEqual(again({ serving: undefined }), at('12:01:00'));
    assert.deepEqual(again({ run: made, job }), at('12:01:00'));
    assert.deepEqual(again({ run: made, job, now: at('12:59:30') }), at('13:00:00'));
  });

  it('says what to do about an end that nobody saw', () => {
    const { message = '' } = decide(facts({ run: { is: 'ended', end: unseen } })).reported ?? {};
    assert.match(message, /look at the data .* A copy of a task .* hostedsite\.dev\/command never runs/);
  });
});
