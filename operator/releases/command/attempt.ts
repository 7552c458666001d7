import { isOver } from '../../commands/ending.ts';
import { recordOf } from '../../commands/record.ts';
import type { CommandRecord } from '../../commands/record.ts';
import { run } from '../../commands/run.ts';
import type { Run } from '../../commands/run.ts';
import type { Manifest, Revision, Site } from '../../components/component.ts';
import type { CommandPods } from '../../components/selector.ts';
import { contentHash } from '../../objects/hash.ts';
import { componentOf, isOfTask } from '../../objects/labels.ts';
import type { Observed } from '../observed.ts';

/**
 * What there is of commands of a site's releases: one Job at most, whatever pods are left, and a record on each ControllerRevision.
 * Which release and which of its attempts a Job is of, its annotations say.
 */

export const attemptAnnotations = {
  revision: 'hostedsite.dev/revision',
  /** The revision's number when the Job was made. */
  number: 'hostedsite.dev/release-number',
  /** Of the command: the caches have no long texts. */
  hash: 'hostedsite.dev/command-hash',
  /** How many Jobs of the revision were taken away unbegun before this one. */
  withdrawals: 'hostedsite.dev/withdrawals',
} as const;

/** Value of the component label. */
export const commandComponent: CommandPods = 'command';

export interface Attempt {
  job: Manifest;
  revision: string;
  number: number;
  hash: string;
  withdrawals: number;
}

export function commandHash(command: readonly string[] | undefined): string {
  return contentHash(command ?? 'none').slice(0, 10);
}

export function jobName({ name }: Pick<Site, 'name'>): string {
  return `${name}-release`;
}

/** That of the site's Job; one that a former site of the name has left is none. */
export function attemptOf(site: Pick<Site, 'name' | 'uid'>, { owned }: Observed): Attempt | undefined {
  const job = owned.find(({ kind, metadata }) => kind === 'Job' && metadata.name === jobName(site));
  if (job === undefined || componentOf(job) !== commandComponent) return undefined;
  if (job.metadata.ownerReferences?.some(({ uid }) => uid === site.uid) !== true) return undefined;
  const { annotations = {} } = job.metadata;
  return {
    job,
    revision: annotations[attemptAnnotations.revision] ?? '',
    number: Number(annotations[attemptAnnotations.number] ?? 0),
    hash: annotations[attemptAnnotations.hash] ?? '',
    withdrawals: Number(annotations[attemptAnnotations.withdrawals] ?? 0),
  };
}

/** Those of releases, whichever and whosever: a task has its own. */
export function commandPods({ pods }: Pick<Observed, 'pods'>): Manifest[] {
  return pods.filter((pod) => componentOf(pod) === commandComponent && !isOfTask(pod));
}

/** A ControllerRevision as it is stored, with its record on it. One of a former site of the name says nothing of this one's data. */
export function storedObject(name: string, { owned, site }: Observed): Manifest | undefined {
  return owned.find(
    ({ kind, metadata }) =>
      kind === 'ControllerRevision' &&
      metadata.name === name &&
      metadata.ownerReferences?.some(({ uid }) => uid === site.metadata.uid) === true,
  );
}

export function recordFor(name: string, seen: Observed): CommandRecord | undefined {
  const stored = storedObject(name, seen);
  return stored && recordOf(stored);
}

export type Asked = Pick<Revision, 'name' | 'number'>;

/** What is written of how this very attempt came out: an earlier one that failed, or never began, says nothing of it. */
export function countingRecord({ name, number }: Asked, seen: Observed): CommandRecord | undefined {
  const record = recordFor(name, seen);
  if (record?.is === 'withdrawn' || record?.is === 'due') return undefined;
  if (record?.is === 'failed' && record.number < number) return undefined;
  return record;
}

/** How far the command of a release is, as far as the caches tell. */
export function runOf(asked: Asked, attempt: Attempt | undefined, seen: Observed): Run {
  const record = countingRecord(asked, seen);
  const own = attempt?.revision === asked.name && isOpen(attempt, seen) ? attempt : undefined;
  const pods = commandPods(seen).filter(
    (pod) => isMadeBy(pod, own) || (record?.is === 'running' && pod.metadata.uid === record.uid),
  );
  return run({ job: own?.job, pods, record });
}

/** Nothing is written yet of how this attempt ended, nor that it is to be taken away. */
export function isOpen({ revision, number, withdrawals }: Attempt, seen: Observed): boolean {
  const record = recordFor(revision, seen);
  switch (record?.is) {
    case 'succeeded':
      return false;
    case 'failed':
      return number > record.number;
    case 'withdrawn':
      return withdrawals >= record.number;
    default:
      return true;
  }
}

/** There is a Job, it is not to end, and no pod of it is let through, or is going to be before that is written down. */
export function isUnbegun(attempt: Attempt, seen: Observed): boolean {
  if (!isOpen(attempt, seen)) return false;
  const { revision, number } = attempt;
  const { is } = runOf({ name: revision, number }, attempt, seen);
  return is === 'made' || is === 'crowded' || is === 'gated';
}

/** Milliseconds that a Job may wait with a pod that is not let through: its deadline is that of the command, and runs. */
const patience = 60_000;

/** Twice as long after each withdrawal: this clock may be ahead of the cluster's. */
export function isLate({ job, withdrawals }: Attempt, { now }: Observed): boolean {
  const made = Date.parse(job.metadata.creationTimestamp ?? '');
  return now.getTime() - made > patience * 2 ** withdrawals;
}

export function isMadeBy(pod: Manifest, attempt: Attempt | undefined): boolean {
  const uid = attempt?.job.metadata.uid;
  return uid !== undefined && pod.metadata.ownerReferences?.some((owner) => owner.uid === uid) === true;
}

/** Pods that are in the way of a command: of another attempt, of another release, of a former site, or of nobody knows whom. */
export function othersInSlot(asked: Asked, attempt: Attempt | undefined, seen: Observed): Manifest[] {
  const record = countingRecord(asked, seen);
  const own = attempt?.revision === asked.name && isOpen(attempt, seen) ? attempt : undefined;
  return commandPods(seen).filter(
    (pod) =>
      !isOver(pod) && !isMadeBy(pod, own) && !(record?.is === 'running' && pod.metadata.uid === record.uid),
  );
}
