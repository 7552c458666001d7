import { recordText } from '../commands/record.ts';
import type { CommandRecord } from '../commands/record.ts';
import type { Manifest, Revision, Site } from '../components/component.ts';
import { commandHash } from '../releases/command/attempt.ts';
import { command } from '../releases/command/decide.ts';
import type { Command } from '../releases/command/state.ts';
import type { Observed } from '../releases/observed.ts';
import { controllerRevision } from '../releases/revision.ts';
import { liveObject, livePod, testSite } from './site.ts';
import { hostedSite, sight } from './world.ts';

const migrate = ['migrate'];
export const hash = commandHash(migrate);

/** The site runs revision 1, and the spec asks for revision 2, unless a row says otherwise. */
export interface Row {
  title: string;
  site?: Partial<Site>;
  release?: Partial<NonNullable<Site['release']>> | null;
  /** Number of the revision that the Deployment runs; 0 for none. */
  runs?: number;
  /** Of the revision that runs. */
  recordBefore?: CommandRecord;
  /** Number that the wanted revision is asked for with. */
  number?: number;
  isStored?: boolean;
  record?: CommandRecord;
  /** UID of the site whose the wanted revision is. */
  storedFor?: string;
  job?: {
    revision?: number;
    number?: number;
    hash?: string;
    withdrawals?: number;
    status?: object;
    /** When it was made; it is 12:00 now. */
    at?: string;
    isLeaving?: boolean;
  };
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

export function revision(number: number, more: Partial<Revision> = {}): Revision {
  const labels = { 'hostedsite.dev/revision': `revision-${number}` };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'application', image: 'image' }] } };
  const name = `revision-${number}`;
  return { name, number, inputs: `inputs-${number}`, image: `image:${number}`, template, ...more };
}

function stored(one: Revision, record: CommandRecord | undefined, uid = 'site-uid'): Manifest {
  const object = controllerRevision(one);
  const annotations = record === undefined ? {} : { 'hostedsite.dev/command': recordText(record) };
  const creationTimestamp = '2030-01-01T00:00:00Z';
  const ownerReferences = [{ apiVersion: 'v1', kind: 'HostedSite', name: 'shop', uid, controller: true }];
  const more = { annotations, uid: one.name, creationTimestamp, ownerReferences };
  return { ...object, metadata: { ...object.metadata, ...more } };
}

function jobOf(row: Row): Manifest[] {
  if (row.job === undefined) return [];
  const {
    revision: of = 2,
    number = of,
    hash: written = hash,
    withdrawals = 0,
    status,
    at,
    isLeaving,
  } = row.job;
  return [
    liveObject('Job', 'shop-release', {
      metadata: {
        uid: 'job',
        ...(at === undefined ? {} : { creationTimestamp: `2030-01-01T${at}Z` }),
        ...(isLeaving === true ? { deletionTimestamp: '2030-01-01T12:00:00Z' } : {}),
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
    metadata,
  } = row.pod;
  const pod = livePod({ name: 'pod', status: status as Record<string, unknown> });
  const labels = { ...pod.metadata.labels, 'app.kubernetes.io/component': 'command' };
  const ownerReferences = [{ apiVersion: 'batch/v1', kind: 'Job', name: of, uid: of, controller: true }];
  return [
    {
      ...pod,
      metadata: { ...pod.metadata, uid, labels, ownerReferences, ...metadata },
      spec: gated ? { schedulingGates: [{ name: 'hostedsite.dev/run-once' }] } : { nodeName: 'node' },
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
  const objects = [stored(revision(1), row.recordBefore)];
  if (isStored) objects.push(stored(revision(2), record, row.storedFor));
  const owned = [...objects, ...(number === 0 ? [] : [deployment]), ...jobOf(row), ...podOf(row), ...others];
  return { ...sight(owned, hostedSite()), revisions };
}

/** What is decided, in words; undefined for nothing at all. */
export function decidedFor(row: Row): object | undefined {
  const { release = {}, number = 2 } = row;
  const written = { command: migrate, order: 'Before', deadlineSeconds: 600, ...release } as const;
  const site = testSite({ preset: 'Generic', database: undefined, files: undefined });
  const whole = { ...site, ...row.site, ...(release === null ? {} : { release: written }) };
  const expected =
    number === -1 ? revision(2, { unresolved: true }) : number === 1 ? revision(1) : revision(2, { number });
  const decided = command(whole, seenOf(row), expected, row.isGivenUp === true);
  return decided && inWords(decided);
}

/** What a row expects, in the same words. */
export function expectedOf(row: Row): object {
  const { is, blocks = false, holdsCron = false, step, records = [], begins = false } = row;
  return { is, blocks, holdsCron, step, records, begins };
}

function inWords(decided: Command): object {
  const { blocks, holdsCron, begins } = decided;
  return {
    is: words.state(decided),
    ...{ blocks, holdsCron, step: words.step(decided), records: words.records(decided) },
    begins: begins !== undefined,
  };
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
