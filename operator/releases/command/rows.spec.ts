import assert from 'node:assert/strict';
import type { CommandRecord } from '../../commands/record.ts';
import type { Manifest } from '../../components/component.ts';
import { decidedFor, expectedOf, hash } from '../../testing/command-rows.ts';
import type { Row } from '../../testing/command-rows.ts';
import { liveObject } from '../../testing/site.ts';

/** Rows 11 to 17 and 1 of docs/understand/adr/0023, 1.6; and what is between them. */
const recorded: CommandRecord = { is: 'running', uid: 'pod', hash };
const ended = (exitCode: number): object => ({
  phase: exitCode === 0 ? 'Succeeded' : 'Failed',
  containerStatuses: [{ name: 'command', state: { terminated: { exitCode } } }],
});
const runs = { phase: 'Running' };
const over = { conditions: [{ type: 'Failed', status: 'True', reason: 'DeadlineExceeded' }] };
const cronJob = (suspend: boolean): Manifest =>
  liveObject('CronJob', 'shop-cron-report', { spec: { suspend } });

const rows: Row[] = [
  {
    title: '11: the Job of the release before has ended',
    job: { revision: 1, number: 1 },
    recordBefore: { is: 'succeeded' },
    is: 'begins',
    blocks: true,
    holdsCron: true,
    step: 'remove shop-release',
  },
  {
    title: '11: an earlier attempt has ended',
    record: { is: 'failed', number: 1, hash },
    job: { number: 1 },
    is: 'begins',
    blocks: true,
    holdsCron: true,
    step: 'remove shop-release',
  },
  {
    title: '11: the command is another one now',
    job: { hash: 'other' },
    pod: {},
    is: 'begins',
    blocks: true,
    holdsCron: true,
    step: 'write revision-2 Withdrawn 1',
  },
  { title: '12: no Job', is: 'begins', blocks: true, begins: true, holdsCron: true },
  {
    title: '12: no Job, and the revision is not stored',
    isStored: false,
    is: 'begins',
    blocks: true,
    holdsCron: true,
  },
  { title: '13: no pod', job: {}, is: 'begins', blocks: true, holdsCron: true },
  {
    title: '14: its pod waits, and nothing is recorded',
    job: {},
    pod: {},
    is: 'begins',
    blocks: true,
    holdsCron: true,
    step: `record revision-2 pod ${hash}`,
  },
  {
    title: '14: it was withdrawn before this Job was made',
    record: { is: 'withdrawn', number: 1 },
    job: { withdrawals: 1 },
    pod: {},
    is: 'begins',
    blocks: true,
    holdsCron: true,
    step: `record revision-2 pod ${hash}`,
  },
  {
    title: '15: its pod is recorded, and cron jobs are held',
    record: recorded,
    job: {},
    pod: {},
    others: [cronJob(true)],
    is: 'begins',
    blocks: true,
    holdsCron: true,
    step: 'open pod',
  },
  {
    title: '15: a cron job is not held',
    record: recorded,
    job: {},
    pod: {},
    others: [cronJob(false)],
    is: 'begins',
    blocks: true,
    holdsCron: true,
  },
  {
    title: '16: it runs',
    record: recorded,
    job: {},
    pod: { gated: false, status: runs },
    is: 'runs',
    blocks: true,
    holdsCron: true,
  },
  {
    title: '16: it runs, and the command is taken out of the spec',
    release: null,
    record: recorded,
    job: {},
    pod: { gated: false, status: runs },
    is: 'runs',
    blocks: true,
    holdsCron: true,
  },
  {
    title: '16: it runs unrecorded: the revision was made anew',
    job: {},
    pod: { gated: false, status: runs },
    is: 'runs',
    blocks: true,
    holdsCron: true,
  },
  {
    title: '1: it has ended well',
    record: recorded,
    job: {},
    pod: { gated: false, status: ended(0) },
    is: 'runs',
    blocks: true,
    holdsCron: true,
    records: ['write revision-2 Succeeded'],
  },
  {
    title: '1: it has failed',
    record: recorded,
    job: {},
    pod: { gated: false, status: ended(1) },
    is: 'runs',
    blocks: true,
    holdsCron: true,
    records: [`write revision-2 Failed 2 ${hash}`],
  },
  {
    title: '1: its Job is over, and it never began',
    job: { status: over },
    is: 'runs',
    blocks: true,
    holdsCron: true,
    records: [`write revision-2 Failed 2 ${hash}`],
  },
  {
    title: '1: the end of a command that nobody wants any more',
    runs: 1,
    number: 1,
    record: recorded,
    job: {},
    pod: { gated: false, status: ended(1) },
    is: 'none',
    holdsCron: true,
    records: [`write revision-2 Failed 2 ${hash}`],
  },
  {
    title: '17: its pod is not to be seen',
    record: recorded,
    job: {},
    is: 'runs',
    blocks: true,
    holdsCron: true,
    records: ['look revision-2 pod'],
  },
  { title: 'the release was given up', isGivenUp: true, is: 'none' },
  {
    title: 'nobody wants the Job any more',
    number: 1,
    job: {},
    pod: {},
    is: 'waits slot',
    step: 'write revision-2 Withdrawn 1',
  },
  {
    title: 'nobody wants the Job any more, and its revision is gone',
    number: 1,
    job: { revision: 9 },
    is: 'waits slot',
    step: 'remove shop-release',
  },
  {
    title: 'After: it is not written down yet',
    release: { order: 'After' },
    is: 'begins',
    blocks: true,
    begins: true,
    holdsCron: true,
    records: ['write revision-2 Due'],
  },
  {
    title: 'After: its pods come first',
    release: { order: 'After' },
    record: { is: 'due' },
    is: 'waits rollout',
  },
  { title: 'After: it is added to what runs', release: { order: 'After' }, runs: 2, is: 'none' },
  {
    title: 'Maintenance: the page comes first',
    release: { order: 'Maintenance' },
    is: 'waits page',
    blocks: true,
  },
  {
    title: 'Maintenance: a first release',
    release: { order: 'Maintenance' },
    runs: 0,
    is: 'begins',
    blocks: true,
    begins: true,
    holdsCron: true,
  },
];

describe('a command that begins', () => {
  for (const row of rows) it(row.title, () => assert.deepEqual(decidedFor(row), expectedOf(row)));
});
