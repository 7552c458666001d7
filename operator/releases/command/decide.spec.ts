import assert from 'node:assert/strict';
import { holds } from '../../components/holds.ts';
import type { CommandRecord } from '../../commands/record.ts';
import type { Site } from '../../components/component.ts';
import { decidedFor, expectedOf, hash, revision } from '../../testing/command-rows.ts';
import type { Row } from '../../testing/command-rows.ts';
import { testSite } from '../../testing/site.ts';
import { sight } from '../../testing/world.ts';
import { command } from './decide.ts';

/** Rows 2 to 10 of docs/understand/adr/0023, 1.6. */
const recorded: CommandRecord = { is: 'running', uid: 'pod', hash };
const ended = (exitCode: number): object => ({
  phase: exitCode === 0 ? 'Succeeded' : 'Failed',
  containerStatuses: [{ name: 'command', state: { terminated: { exitCode } } }],
});
const runs = { phase: 'Running' };

const rows: Row[] = [
  { title: '2: its image is not known', is: 'none', isStored: false, runs: 1, number: -1 },
  { title: '3: the release runs', runs: 2, is: 'none' },
  { title: '3: nothing is asked for', release: null, is: 'none' },
  { title: '3, 7: the command has succeeded', record: { is: 'succeeded' }, is: 'succeeded' },
  { title: '4: it has failed', record: { is: 'failed', number: 2, hash }, is: 'failed', blocks: true },
  {
    title: '5: it has failed, and the release runs',
    record: { is: 'failed', number: 2, hash },
    runs: 2,
    is: 'failed',
  },
  {
    title: 'that of a former site of the name had succeeded',
    record: { is: 'succeeded' },
    storedFor: 'former-uid',
    is: 'begins',
    blocks: true,
    begins: true,
    holdsCron: true,
  },
  {
    title: '4: nothing runs',
    record: { is: 'failed', number: 2, hash },
    runs: 0,
    is: 'failed',
    blocks: true,
  },
  {
    title: '4: it had failed when the release was asked for last',
    record: { is: 'failed', number: 1, hash },
    is: 'begins',
    blocks: true,
    begins: true,
    holdsCron: true,
  },
  {
    title: '6: nothing is to run, and the pod of another release does',
    record: { is: 'succeeded' },
    pod: { of: 'other-job', status: runs },
    is: 'waits slot',
    blocks: true,
    holdsCron: true,
  },
  {
    title: '6: the same where the release runs already',
    runs: 2,
    pod: { of: 'other-job', status: runs },
    is: 'waits slot',
    holdsCron: true,
  },
  { title: '8: suspended', site: { holds: holds({ suspend: true }) }, is: 'waits hold', blocks: true },
  {
    title: '8: suspended, and its pod waits behind the gate',
    site: { holds: holds({ suspend: true }) },
    job: {},
    pod: {},
    is: 'waits hold',
    blocks: true,
    holdsCron: true,
    step: 'write revision-2 Withdrawn 1',
  },
  {
    title: '8: that is written down',
    site: { holds: holds({ suspend: true }) },
    record: { is: 'withdrawn', number: 1 },
    job: {},
    pod: {},
    is: 'waits hold',
    blocks: true,
    step: 'remove shop-release',
  },
  {
    title: '8: suspended, and its pod is recorded: the gate stays shut',
    site: { holds: holds({ suspend: true }) },
    record: recorded,
    job: {},
    pod: {},
    is: 'waits hold',
    blocks: true,
    holdsCron: true,
  },
  {
    title: '8: suspended while it runs',
    site: { holds: holds({ suspend: true }) },
    record: recorded,
    job: {},
    pod: { gated: false, status: runs },
    is: 'runs',
    blocks: true,
    holdsCron: true,
  },
  {
    title: '9: a first release that is not installed yet',
    site: { preset: testSite({ preset: 'WordPress' }).preset },
    runs: 0,
    is: 'waits installation',
    blocks: true,
    holdsCron: true,
  },
  {
    title: '9: a release after one that never came up',
    site: { preset: testSite({ preset: 'WordPress' }).preset },
    is: 'waits installation',
    blocks: true,
  },
  {
    title: '10: the pod of another attempt has not ended',
    pod: { of: 'other-job', status: runs },
    is: 'waits slot',
    blocks: true,
    holdsCron: true,
  },
  {
    title: "10: one that has ended is in nobody's way",
    pod: { of: 'other-job', status: ended(1), gated: false },
    is: 'begins',
    blocks: true,
    begins: true,
    holdsCron: true,
  },
  {
    title: '10: the database does not serve',
    site: { database: testSite({ preset: 'WordPress' }).database as NonNullable<Site['database']> },
    is: 'waits database',
    blocks: true,
  },
];

describe('what the command of a release comes to', () => {
  for (const row of rows)
    it(row.title, () => {
      const decided = decidedFor(row);
      if (decided === undefined) assert.equal(row.is, 'none');
      else assert.deepEqual(decided, expectedOf(row));
    });

  it('is nothing of a site that never had one', () => {
    const site = testSite({ preset: 'Generic', database: undefined, files: undefined });
    assert.equal(command(site, sight([]), revision(1), false), undefined);
  });
});
