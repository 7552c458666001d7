import assert from 'node:assert/strict';
import { holds } from '../../components/holds.ts';
import { decidedFor, expectedOf, hash } from '../../testing/command-rows.ts';
import type { Row } from '../../testing/command-rows.ts';

const rows: Row[] = [
  {
    title: 'order After, and its pods do not serve yet',
    release: { order: 'After' },
    record: { is: 'due' },
    ...{ runs: 2, is: 'waits rollout' },
  },
  {
    title: 'order Before by now',
    record: { is: 'due' },
    ...{ runs: 2, is: 'waits rollout' },
  },
  {
    title: 'order Maintenance by now',
    release: { order: 'Maintenance' },
    record: { is: 'due' },
    ...{ runs: 2, is: 'waits rollout' },
  },
  {
    title: 'order Before by now, and it has not come up',
    record: { is: 'due' },
    ...{ is: 'begins', blocks: true, begins: true, holdsCron: true },
  },
  {
    title: 'it was withdrawn and is due all the same',
    record: { is: 'withdrawn', number: 1, due: true },
    ...{ runs: 2, is: 'waits rollout' },
  },
  {
    title: 'it was withdrawn, and the release came up without',
    release: { order: 'After' },
    record: { is: 'withdrawn', number: 1 },
    ...{ runs: 2, is: 'none' },
  },
  {
    title: 'it had failed, and the release came up without',
    release: { order: 'After' },
    record: { is: 'failed', number: 1, hash },
    ...{ runs: 2, is: 'none' },
  },
  {
    title: 'it has failed, the release serves, and it is asked for anew',
    release: { order: 'After' },
    record: { is: 'failed', number: 2, hash },
    ...{ number: 3, runs: 2, is: 'waits rollout' },
    records: [`write revision-2 Failed 2 ${hash} Due`],
  },
  {
    title: 'suspended: what is due stays so',
    site: { holds: holds({ suspend: true }) },
    release: { order: 'After' },
    record: { is: 'due' },
    job: {},
    ...{ runs: 2, is: 'waits hold', holdsCron: true },
    step: 'write revision-2 Withdrawn 1 Due',
  },
  {
    title: 'the command is taken out of the spec',
    release: null,
    record: { is: 'due' },
    ...{ runs: 2, is: 'none' },
    records: ['write revision-2 Withdrawn 1'],
  },
  {
    title: 'the command is taken out of the spec, and there is a Job',
    release: null,
    record: { is: 'due' },
    job: {},
    ...{ runs: 2, is: 'waits slot' },
    step: 'write revision-2 Withdrawn 1',
  },
];

describe('whether the command of a release is due', () => {
  for (const row of rows)
    it(row.title, () => {
      assert.deepEqual(decidedFor(row), expectedOf(row));
    });
});
