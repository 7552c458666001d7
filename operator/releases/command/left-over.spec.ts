import assert from 'node:assert/strict';
import type { CommandRecord } from '../../commands/record.ts';
import type { Site } from '../../components/component.ts';
import { decidedFor, expectedOf, hash } from '../../testing/command-rows.ts';
import type { Row } from '../../testing/command-rows.ts';
import { liveObject, testSite } from '../../testing/site.ts';

const recorded: CommandRecord = { is: 'running', uid: 'pod', hash };
const over = { conditions: [{ type: 'Failed', status: 'True', reason: 'DeadlineExceeded' }] };
const cronJob = liveObject('CronJob', 'shop-cron-report', { spec: { suspend: false } });
const database = testSite({ preset: 'WordPress' }).database as NonNullable<Site['database']>;

const rows: Row[] = [
  {
    title: '14: a cron job is not held',
    job: {},
    pod: {},
    others: [cronJob],
    ...{ is: 'begins', blocks: true, holdsCron: true },
  },
  {
    title: '14: too little is left of its time',
    job: { at: '11:58:59' },
    pod: {},
    ...{ is: 'begins', blocks: true, holdsCron: true },
    step: 'write revision-2 Withdrawn 1',
  },
  {
    title: '14: after each withdrawal it may be twice as little',
    record: { is: 'withdrawn', number: 1 },
    job: { at: '11:58:59', withdrawals: 1 },
    pod: {},
    ...{ is: 'begins', blocks: true, holdsCron: true },
    step: `record revision-2 pod ${hash}`,
  },
  {
    title: '14: its pod is not made yet, however long that takes',
    job: { at: '11:00:00' },
    ...{ is: 'begins', blocks: true, holdsCron: true },
  },
  {
    title: '10: the database went away for a moment',
    site: { database },
    job: { at: '11:59:10' },
    pod: {},
    ...{ is: 'waits database', blocks: true, holdsCron: true },
  },
  {
    title: '10: the database went away, and its time runs',
    site: { database },
    job: { at: '11:58:59' },
    pod: {},
    ...{ is: 'waits database', blocks: true, holdsCron: true },
    step: 'write revision-2 Withdrawn 1',
  },
  {
    title: '15: its pod is being deleted',
    record: recorded,
    job: {},
    pod: { metadata: { deletionTimestamp: '2030-01-01T12:00:00Z' } },
    ...{ is: 'begins', blocks: true, holdsCron: true },
  },
  {
    title: '15: its Job is being deleted',
    record: recorded,
    job: { isLeaving: true },
    pod: {},
    ...{ is: 'begins', blocks: true, holdsCron: true },
  },
  {
    title: '15: its Job is gone',
    record: recorded,
    pod: {},
    ...{ is: 'begins', blocks: true, holdsCron: true },
  },
  {
    title: '15: it was taken from its Job before that was deleted',
    record: recorded,
    pod: { metadata: { ownerReferences: [] } },
    ...{ is: 'begins', blocks: true, holdsCron: true },
    step: 'open pod',
  },
  {
    title: 'it has failed, and its Job has made another pod',
    record: { is: 'failed', number: 2, hash },
    job: {},
    pod: { uid: 'next' },
    ...{ is: 'failed', blocks: true },
    step: 'remove shop-release',
  },
  {
    title: 'it has failed, and its Job ends the pod by itself',
    record: { is: 'failed', number: 2, hash },
    job: { status: over },
    pod: {},
    ...{ is: 'failed', blocks: true },
  },
  {
    title: 'its Job was brought back when it had succeeded',
    record: { is: 'succeeded' },
    job: {},
    pod: { uid: 'next' },
    ...{ is: 'waits slot', blocks: true },
    step: 'remove shop-release',
  },
  {
    title: 'another release is wanted, and its Job has made another pod',
    recordBefore: { is: 'failed', number: 1, hash },
    job: { revision: 1 },
    pod: { uid: 'next' },
    ...{ is: 'waits slot', blocks: true },
    step: 'remove shop-release',
  },
  {
    title: 'the command is taken out, and its Job has no pod yet',
    release: null,
    job: {},
    ...{ is: 'waits slot', blocks: true },
    step: 'write revision-2 Withdrawn 1',
  },
];

describe('a Job whose pod is not let through', () => {
  for (const row of rows)
    it(row.title, () => {
      assert.deepEqual(decidedFor(row), expectedOf(row));
    });
});
