import assert from 'node:assert/strict';
import { recordText } from '../../commands/record.ts';
import type { CommandRecord } from '../../commands/record.ts';
import type { Manifest, Revision, Site } from '../../components/component.ts';
import { liveObject, livePod, testSite } from '../../testing/site.ts';
import { hostedSite, sight } from '../../testing/world.ts';
import { controllerRevision } from '../revision.ts';
import type { Observed } from '../observed.ts';
import { commandHash } from './attempt.ts';
import { command } from './decide.ts';
import type { Command } from './state.ts';

const migrate = ['migrate'];
const hash = commandHash(migrate);

/** The site runs revision 1, and the spec asks for revision 2, unless a row says otherwise. */
interface Row {
  title: string;
  site?: Partial<Site>;
  release?: Partial<NonNullable<Site['release']>> | null;
  /** Number of the revision that the Deployment runs; 0 for none. */
  runs?: number;
  /** Number that the wanted revision is asked for with. */
  number?: number;
  isStored?: boolean;
  record?: CommandRecord;
  job?: { revision?: number; number?: number; hash?: string; withdrawals?: number; status?: object };
  pod?: { gated?: boolean; status?: object; uid?: string; of?: string; metadata?: object };
  others?: Manifest[];
  isGivenUp?: boolean;
  is: string;
  blocks?: boolean;
  holdsCron?: boolean;
  step?: string;
  records?: string[];
  begins?: boolean;
}

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
  { title: '8: suspended', site: { suspend: true }, is: 'waits hold', blocks: true },
  {
    title: '8: suspended, and its pod waits behind the gate',
    site: { suspend: true },
    job: {},
    pod: {},
    is: 'waits hold',
    blocks: true,
    holdsCron: true,
    step: 'write revision-2 Withdrawn 1',
  },
  {
    title: '8: that is written down',
    site: { suspend: true },
    record: { is: 'withdrawn', number: 1 },
    job: {},
    pod: {},
    is: 'waits hold',
    blocks: true,
    step: 'remove shop-release',
  },
  {
    title: '8: suspended, and its pod is recorded: the gate stays shut',
    site: { suspend: true },
    record: recorded,
    job: {},
    pod: {},
    is: 'waits hold',
    blocks: true,
    holdsCron: true,
  },
  {
    title: '8: suspended while it runs',
    site: { suspend: true },
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
  {
    title: '11: the Job of the release before has ended',
    job: { revision: 1, number: 1 },
    others: [],
    record: undefined as never,
    is: 'begins',
    blocks: true,
    step: 'remove shop-release',
  },
  {
    title: '11: an earlier attempt has ended',
    record: { is: 'failed', number: 1, hash },
    job: { number: 1 },
    is: 'begins',
    blocks: true,
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
  { title: '12: no Job, and the revision is not stored', isStored: false, is: 'begins', blocks: true },
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
    is: 'none',
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
  {
    title: 'After: they roll',
    release: { order: 'After' },
    record: { is: 'due' },
    runs: 2,
    is: 'waits rollout',
  },
  { title: 'Before: too late for it', record: { is: 'due' }, runs: 2, is: 'none' },
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

function revision(number: number, more: Partial<Revision> = {}): Revision {
  const labels = { 'hostedsite.dev/revision': `revision-${number}` };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'application', image: 'image' }] } };
  const name = `revision-${number}`;
  return { name, number, inputs: `inputs-${number}`, image: `image:${number}`, template, ...more };
}

const owner = { apiVersion: 'v1', kind: 'HostedSite', name: 'shop', uid: 'site-uid', controller: true };

function stored(one: Revision, record: CommandRecord | undefined): Manifest {
  const object = controllerRevision(one);
  const annotations = record === undefined ? {} : { 'hostedsite.dev/command': recordText(record) };
  const creationTimestamp = '2030-01-01T00:00:00Z';
  const ownerReferences = [owner];
  const more = { annotations, uid: one.name, creationTimestamp, ownerReferences };
  return { ...object, metadata: { ...object.metadata, ...more } };
}

function jobOf(row: Row): Manifest[] {
  if (row.job === undefined) return [];
  const { revision: of = 2, number = of, hash: written = hash, withdrawals = 0, status } = row.job;
  return [
    liveObject('Job', 'shop-release', {
      metadata: {
        uid: 'job',
        labels: { 'app.kubernetes.io/component': 'command' },
        ownerReferences: [{ uid: 'site-uid', controller: true }],
        annotations: {
          'hostedsite.dev/revision': `revision-${of}`,
          'hostedsite.dev/release-number': String(number),
          'hostedsite.dev/command-hash': written,
          'hostedsite.dev/withdrawals': String(withdrawals),
        },
      },
      ...(status === undefined ? {} : { status }),
    }),
  ];
}

function podOf(row: Row): Manifest[] {
  if (row.pod === undefined) return [];
  const {
    gated = row.pod.status === undefined,
    status = { phase: 'Pending' },
    uid = 'pod',
    of = 'job',
  } = row.pod;
  const pod = livePod({ name: 'pod', status: status as Record<string, unknown> });
  const labels = { ...pod.metadata.labels, 'app.kubernetes.io/component': 'command' };
  return [
    {
      ...pod,
      metadata: { ...pod.metadata, uid, labels, ownerReferences: [{ uid: of, controller: true }] as never },
      spec: gated ? { schedulingGates: [{ name: 'hostedsite.dev/run-once' }] } : {},
    },
  ];
}

function seenOf(row: Row): Observed {
  const { runs: number = 1, isStored = true, record, others = [] } = row;
  const deployment = liveObject('Deployment', 'shop-web', {
    metadata: { labels: { 'app.kubernetes.io/component': 'web' } },
    spec: { template: revision(number).template },
  });
  const revisions = [revision(1), ...(isStored ? [revision(2)] : [])];
  const objects = [
    stored(revision(1), row.title.startsWith('11: the Job of') ? { is: 'succeeded' } : undefined),
  ];
  if (isStored) objects.push(stored(revision(2), record));
  const owned = [...objects, ...(number === 0 ? [] : [deployment]), ...jobOf(row), ...podOf(row), ...others];
  return { ...sight(owned, hostedSite()), revisions };
}

function decidedFor(row: Row): Command | undefined {
  const { release = {}, number = 2 } = row;
  const written = { command: migrate, order: 'Before', deadlineSeconds: 600, ...release } as const;
  const site = testSite({ preset: 'Generic', database: undefined, files: undefined });
  const whole = { ...site, ...row.site, ...(release === null ? {} : { release: written }) };
  const wanted =
    number === -1 ? revision(2, { unresolved: true }) : number === 1 ? revision(1) : revision(2, { number });
  return command(whole as Site, seenOf(row), wanted, row.isGivenUp === true);
}

const words = {
  state: ({ state }: Command): string => (state.is === 'waits' ? `waits ${state.for}` : state.is),
  step: ({ step }: Command): string | undefined => {
    if (step?.is === 'write') return `write ${step.revision} ${recordText(step.record)}`;
    if (step?.is === 'record') return `record ${step.revision} ${step.pod.metadata.uid} ${step.hash}`;
    if (step?.is === 'open') return `open ${step.pod.metadata.name}`;
    return step && `remove ${step.job.metadata.name}`;
  },
  records: ({ records }: Command): string[] =>
    records.map((one) =>
      one.is === 'write'
        ? `write ${one.revision} ${recordText(one.record)}`
        : `look ${one.revision} ${one.uid}`,
    ),
};

describe('what the command of a release comes to', () => {
  for (const row of rows)
    it(row.title, () => {
      const decided = decidedFor(row);
      if (decided === undefined) return assert.equal(row.is, 'none');
      const { blocks, holdsCron, begins } = decided;
      assert.deepEqual(
        {
          is: words.state(decided),
          ...{
            blocks,
            holdsCron,
            step: words.step(decided),
            records: words.records(decided),
            begins: begins !== undefined,
          },
        },
        {
          is: row.is,
          blocks: row.blocks ?? false,
          holdsCron: row.holdsCron ?? false,
          step: row.step,
          records: row.records ?? [],
          begins: row.begins ?? false,
        },
      );
    });

  it('is not what a former site of the name had', () => {
    const seen = seenOf({ title: '', is: '', record: { is: 'succeeded' } });
    const former = seen.owned.map((object) =>
      object.kind === 'ControllerRevision'
        ? { ...object, metadata: { ...object.metadata, ownerReferences: [{ ...owner, uid: 'former' }] } }
        : object,
    );
    const site = testSite({ preset: 'Generic', database: undefined, files: undefined });
    const written = { command: migrate, order: 'Before', deadlineSeconds: 600 } as const;
    const decided = command({ ...site, release: written }, { ...seen, owned: former }, revision(2), false);
    assert.deepEqual([decided?.state.is, decided?.blocks], ['begins', true]);
  });

  it('is nothing of a site that never had one', () => {
    const site = testSite({ preset: 'Generic', database: undefined, files: undefined });
    assert.equal(command(site, sight([]), revision(1), false), undefined);
  });
});
