import { isHeld } from '../../components/holds.ts';
import { databaseServes, isInstalled } from '../../components/live.ts';
import { leadsToMaintenancePage } from '../../components/maintenance-page.ts';
import type { Manifest } from '../../components/component.ts';
import { isFinished } from '../../commands/ending.ts';
import { isMarked } from '../../commands/record.ts';
import type { Run } from '../../commands/run.ts';
import { serves } from '../rollout.ts';
import { hasSucceeded } from '../succeeded.ts';
import { commandHash, countingRecord, isLate, isOpen, isUnbegun, recordFor } from './attempt.ts';
import type { Attempt } from './attempt.ts';
import { hasServed, runs } from './due.ts';
import { releaseJob } from './job.ts';
import { hasPage, quietFrom } from './page.ts';
import type { Facts, Obstacle, Row } from './state.ts';

/**
 * The first row that fits counts; the numbers are those of
 * docs/understand/adr/0023-a-command-of-a-release-runs-at-most-once.md, 1.6.
 */
export function row(facts: Facts): Row {
  const { run, isDue, desired, seen } = facts;
  const record = countingRecord(desired, seen);
  // 4, 5
  if (record?.is === 'failed') return { state: { is: 'failed' } };
  if (!isDue) return idle(facts);
  // 16, 17 and 1: nothing takes back what has begun.
  if (run.is === 'running') return { state: { is: 'runs', pod: run.pod } };
  if (run.is === 'ended' || run.is === 'missing') return { state: { is: 'runs' } };
  const what = obstacle(facts);
  return what === undefined ? beginning(facts) : { state: { is: 'waits', for: what } };
}

/** 3, 6, 7: what has not begun may still be let through by somebody, until it is withdrawn. */
function idle({ isBusy, desired, seen, attempt }: Facts): Row {
  if (isBusy || (attempt !== undefined && isUnbegun(attempt, seen)))
    return { state: { is: 'waits', for: 'slot' } };
  const isDone = countingRecord(desired, seen)?.is === 'succeeded';
  return { state: { is: isDone ? 'succeeded' : 'none' } };
}

/** 8 to 10 */
function obstacle(facts: Facts): Obstacle | undefined {
  const { site, seen, isBusy } = facts;
  const found: [Obstacle, boolean][] = [
    ['hold', isHeld(site, 'Commands')],
    ['slot', isBusy],
    ['rollout', isToServe(facts) && !isThere(facts)],
    ['installation', isFirst(facts) && !isInstalled(site, seen)],
    ['database', !databaseServes(site, seen)],
    ['page', !isAfter(facts) && hasPage(facts) && !leadsToMaintenancePage(site, seen)],
  ];
  return found.find(([, isInTheWay]) => isInTheWay)?.[0];
}

/** Its pods come first, as soon as that is written down; where they are already, whatever order the spec asks for by now. */
function isAfter({ site, desired, seen }: Facts): boolean {
  if (runs(desired, seen)) return true;
  return site.release?.order === 'After' && isMarked(recordFor(desired.name, seen));
}

/** One that may be let through waits for nothing but what holds it. */
function isToServe(facts: Facts): boolean {
  return isAfter(facts) && countingRecord(facts.desired, facts.seen)?.is !== 'running';
}

/** At no replicas nobody can say that it serves. Once it has served, or its Job is made, that is not asked again. */
function isThere(facts: Facts): boolean {
  const { site, desired, seen, attempt } = facts;
  if (!runs(desired, seen)) return false;
  if (site.replicas === 0 || (attempt !== undefined && isWantedAttempt(facts, attempt))) return true;
  return serves(desired, seen) || hasServed(desired, seen);
}

/** No release has come into force yet. One that serves before its command says nothing of the installation. */
function isFirst({ seen }: Facts): boolean {
  return !seen.revisions.some((one) => !isMarked(recordFor(one.name, seen)) && hasSucceeded(one, seen));
}

/** 11 to 15 */
function beginning(facts: Facts): Row {
  const { attempt, run } = facts;
  if (attempt !== undefined && !isWantedAttempt(facts, attempt)) return madeRoom(facts, attempt);
  switch (run.is) {
    case 'none':
      return { state: { is: 'begins' }, ...withJob(facts) };
    case 'gated':
      return gated(facts, run.job, run.pod);
    case 'recorded':
      return recorded(facts, run);
    case 'made':
    case 'crowded':
    case 'leaving':
      return { state: { is: 'begins', job: run.job } };
    default:
      return { state: { is: 'begins' } };
  }
}

/** 11: one that has ended; what has not begun is withdrawn as a left-over. */
function madeRoom({ seen }: Facts, attempt: Attempt): Row {
  const isClosed = !isOpen(attempt, seen) && attempt.job.metadata.deletionTimestamp === undefined;
  return { state: { is: 'begins' }, ...(isClosed ? { step: { is: 'remove', job: attempt.job } } : {}) };
}

/** 12: not before its revision is stored, which is what is written on, nor before what has to end: its time runs from then on. */
function withJob(facts: Facts): Pick<Row, 'begins'> {
  const { site, seen, desired } = facts;
  if (site.release === undefined || !isStored(desired, seen)) return {};
  const record = recordFor(desired.name, seen);
  const withdrawals = record?.is === 'withdrawn' ? record.number : 0;
  const begins = releaseJob(site, site.release, desired, withdrawals);
  return beginsFrom(facts, begins) === undefined ? {} : { begins };
}

/** Where its release serves, visitors have no page. */
function beginsFrom(facts: Facts, job: Manifest): Date | undefined {
  return isAfter(facts) ? facts.seen.now : quietFrom(facts, job);
}

/** With the number of now: one that is asked for again has another. */
export function isStored(
  { name, number }: Facts['desired'],
  { revisions }: Pick<Facts['seen'], 'revisions'>,
): boolean {
  return revisions.some((one) => one.name === name && one.number === number);
}

/** 14 */
function gated(facts: Facts, job: Manifest, pod: Manifest): Row {
  const { desired, attempt, seen } = facts;
  const state = { is: 'begins', job, pod } as const;
  if (!isQuiet(seen) || (attempt !== undefined && isLate(attempt, seen))) return { state };
  const from = beginsFrom(facts, job);
  if (from === undefined || from > seen.now)
    return { state: { ...state, ...(from === undefined ? {} : { until: from }) } };
  return { state, step: { is: 'record', revision: desired.name, pod, hash: attempt?.hash ?? '' } };
}

/** 15 */
function recorded({ seen }: Facts, { pod, job }: Extract<Run, { is: 'recorded' }>): Row {
  const mayBegin = isQuiet(seen) && mayRun(pod, job);
  return { state: { is: 'begins', pod }, ...(mayBegin ? { step: { is: 'open', pod } } : {}) };
}

/** What was written to hold cron jobs is there, not only sent. */
function isQuiet({ owned }: Facts['seen']): boolean {
  return owned.every((object) => object.kind !== 'CronJob' || isSuspended(object));
}

/** A pod that goes, or goes with its Job, would be killed a moment later. One that was taken from its Job stays by itself. */
function mayRun({ metadata }: Manifest, job: Manifest | undefined): boolean {
  if (metadata.deletionTimestamp !== undefined) return false;
  if (job === undefined) return metadata.ownerReferences?.some(({ kind }) => kind === 'Job') !== true;
  return job.metadata.deletionTimestamp === undefined && !isFinished(job);
}

function isSuspended({ spec }: Manifest): boolean {
  return (spec as { suspend?: boolean } | undefined)?.suspend === true;
}

/** Of this release, asked for as it is now, and with this command. One that is recorded stays what it is. */
export function isWantedAttempt({ site, desired, seen }: Facts, attempt: Attempt): boolean {
  if (attempt.revision !== desired.name || !isOpen(attempt, seen)) return false;
  const isRecorded = countingRecord(desired, seen)?.is === 'running';
  return isRecorded || attempt.hash === commandHash(site.release?.command);
}
