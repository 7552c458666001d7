import type { Job } from 'kubernetes-types/batch/v1.d.ts';
import type { CronEntry, Manifest, Observed, Site } from '../component.ts';
import { live } from '../live.ts';
import type { Live } from '../live.ts';
import { missedPeriods } from './calendar.ts';
import { cronJobName, sinceAnnotation } from './names.ts';

/** What became of an entry's runs, from its CronJob and those of its Jobs that are still there. */
export interface Runs {
  /** RFC 3339, as Kubernetes writes it. */
  lastStart?: string;
  lastSuccess?: string;
  lastFailure?: string;
  /** Periods in a row without a success. */
  missed: number;
  /** When it will be one more without an event. */
  recheckAt?: Date;
  /** Why the last run that ended failed: a reason of Jobs. */
  failure?: string;
}

/** Milliseconds after a time of the schedule: the run that begins then and the period that is over are told at once. */
const meanwhile = 5000;

type LiveJob = Job & Manifest;

export function runsOf(site: Site, entry: CronEntry, seen: Observed): Runs {
  const cronJob = live(seen, 'CronJob', cronJobName(site, entry));
  if (cronJob === undefined) return { missed: 0 };
  const jobs = jobsOf(cronJob, seen);
  const [lastStart, lastSuccess] = [startOf(cronJob, jobs), successOf(cronJob, jobs)];
  const [lastFailure, failure] = [lastFailureOf(jobs), failureOf(jobs)];
  const { missed, next } = missedSince(cronJob, lastSuccess, seen.now);
  return {
    ...(lastStart === undefined ? {} : { lastStart }),
    ...(lastSuccess === undefined ? {} : { lastSuccess }),
    ...(lastFailure === undefined ? {} : { lastFailure }),
    missed,
    ...(next === undefined ? {} : { recheckAt: new Date(next.getTime() + meanwhile) }),
    ...(failure === undefined ? {} : { failure }),
  };
}

/** Those that Kubernetes made by the schedule, and those that a person made from it, oldest first. */
function jobsOf({ metadata }: Live<'CronJob'>, { owned }: Observed): LiveJob[] {
  return owned
    .filter(({ kind }) => kind === 'Job')
    .filter((job) => job.metadata.ownerReferences?.some(({ uid }) => uid === metadata.uid))
    .map((job) => job as LiveJob)
    .sort((a, b) => createdAt(a) - createdAt(b));
}

function createdAt({ metadata }: LiveJob): number {
  return Date.parse(metadata.creationTimestamp ?? '');
}

/** Of a run by the schedule its time there, which Job and CronJob tell alike: a run is told once. */
function startOf({ status }: Live<'CronJob'>, jobs: readonly LiveJob[]): string | undefined {
  const ofJobs = jobs.map(
    ({ metadata }) =>
      metadata.annotations?.['batch.kubernetes.io/cronjob-scheduled-timestamp'] ?? metadata.creationTimestamp,
  );
  return latest([status?.lastScheduleTime, ...ofJobs]);
}

function successOf({ status }: Live<'CronJob'>, jobs: readonly LiveJob[]): string | undefined {
  const ofJobs = jobs.filter((job) => ended(job) === 'Complete').map((job) => job.status?.completionTime);
  return latest([status?.lastSuccessfulTime, ...ofJobs]);
}

function lastFailureOf(jobs: readonly LiveJob[]): string | undefined {
  const failed = jobs.filter((job) => ended(job) === 'Failed');
  return latest(failed.map(({ status }) => failedCondition(status)?.lastTransitionTime));
}

function failureOf(jobs: readonly LiveJob[]): string | undefined {
  const last = jobs.findLast((job) => ended(job) !== undefined);
  if (last === undefined || ended(last) !== 'Failed') return undefined;
  return failedCondition(last.status)?.reason ?? 'Failed';
}

function failedCondition(status: LiveJob['status']) {
  return status?.conditions?.find(({ type }) => type === 'Failed');
}

function ended({ status }: LiveJob): 'Complete' | 'Failed' | undefined {
  const found = status?.conditions?.filter(({ status: holds }) => holds === 'True').map(({ type }) => type);
  if (found?.includes('Complete') === true) return 'Complete';
  return found?.includes('Failed') === true ? 'Failed' : undefined;
}

function missedSince(
  { metadata, spec }: Live<'CronJob'>,
  lastSuccess: string | undefined,
  now: Date,
): ReturnType<typeof missedPeriods> {
  const since = latest([metadata.annotations?.[sinceAnnotation], lastSuccess]);
  if (since === undefined || spec === undefined || spec.suspend === true) return { missed: 0 };
  const { schedule, timeZone = 'Etc/UTC' } = spec;
  return missedPeriods({ schedule, timeZone }, new Date(since), now);
}

/** In UTC and whole seconds, however it was written; what is no time does not count. */
function latest(times: readonly (string | undefined)[]): string | undefined {
  const known = times.map((time) => Date.parse(time ?? '')).filter((time) => !Number.isNaN(time));
  return known.length === 0 ? undefined : new Date(Math.max(...known)).toISOString().replace(/\.\d+Z$/, 'Z');
}
