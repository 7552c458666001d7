import type { Reason } from './condition.ts';
import type { ComponentCondition, CronEntry, Observed, Report, Site } from '../component.ts';
import type { Hold } from '../holds.ts';
import { isInstalled, live } from '../live.ts';
import { refusedPods } from '../forbidden.ts';
import type { Refused } from '../forbidden.ts';
import { podTrouble, podsOf } from '../pod/pod-trouble.ts';
import { podsOfSite, selector } from '../selector.ts';
import type { Trouble } from '../trouble.ts';
import { cronJobName, entryLabel } from './names.ts';
import { runsOf } from './runs.ts';
import type { Runs } from './runs.ts';

/** So many in a row are told: one alone may be a run that takes longer than its period. */
const tolerated = 1;

/** Ready does not wait for it: a site whose cron job fails serves its visitors. */
export function report(site: Site, seen: Observed): Report {
  const entries = site.cron.map((entry) => ({
    entry,
    runs: runsOf(site, entry, seen),
    pods: refusedRun(entry, seen) ?? podTrouble(podsOf(seen, labelled(site, entry)), seen),
  }));
  const troubles = entries.flatMap(({ entry, runs, pods }) => troubleOf(site, entry, runs, pods) ?? []);
  const times = entries.flatMap(({ runs, pods }) =>
    [runs.recheckAt, pods?.recheckAt].flatMap((time) => (time === undefined ? [] : [time.getTime()])),
  );
  const status = { cron: entries.map(({ entry: { name }, runs }) => ({ name, ...reported(runs) })) };
  return {
    ready: troubles.length === 0 ? untroubled(site, seen) : allOf(troubles),
    status,
    ...(times.length === 0 ? {} : { recheckAt: new Date(Math.min(...times)) }),
  };
}

function labelled(site: Site, { name }: CronEntry): Record<string, string> {
  return { ...selector(site, 'cron'), [entryLabel]: name };
}

/** A run that has begun and has no pod. */
function refusedRun({ name }: CronEntry, seen: Observed): Trouble | undefined {
  const pod: Refused = { whose: 'its run', fields: 'resources of its entry in spec.cron', kind: 'job' };
  return seen.owned
    .filter(({ kind, metadata }) => kind === 'Job' && metadata.labels?.[entryLabel] === name)
    .map((job) => refusedPods(job, seen, pod))
    .find((trouble) => trouble !== undefined);
}

function reported({ lastStart, lastSuccess, lastFailure, missed }: Runs) {
  return {
    ...(lastStart === undefined ? {} : { lastStart }),
    ...(lastSuccess === undefined ? {} : { lastSuccess }),
    ...(lastFailure === undefined ? {} : { lastFailure }),
    missed,
  };
}

const held: Record<Hold['who'], [Reason, string]> = {
  'spec.suspend': ['Suspended', 'Cron jobs are held while spec.suspend is true.'],
  'release.command': ['CommandRunning', 'Cron jobs are held until the command of the release is done.'],
};

function untroubled(site: Site, seen: Observed): ComponentCondition {
  const hold = site.holds.find(({ what }) => what.includes('Cron'));
  if (hold !== undefined) return unknown(...held[hold.who]);
  if (!isInstalled(site, seen))
    return unknown('Installing', 'Cron jobs are held until the first installation is done.');
  if (!site.cron.every((entry) => live(seen, 'CronJob', cronJobName(site, entry)) !== undefined)) {
    return unknown('Progressing', 'The cron jobs are being made.');
  }
  return { status: 'True', reason: 'Scheduled', message: 'Cron jobs run by their schedules.' };
}

function unknown(reason: Reason, message: string): ComponentCondition {
  return { status: 'Unknown', reason, message };
}

interface Told {
  reason: string;
  message: string;
}

function allOf(troubles: readonly Told[]): ComponentCondition {
  const reason = troubles[0]?.reason ?? 'JobFailed';
  return { status: 'False', reason, message: troubles.map(({ message }) => message).join(' ') };
}

function troubleOf(site: Site, entry: CronEntry, runs: Runs, pods: Trouble | undefined): Told | undefined {
  const { name } = entry;
  if (pods?.stalled === true) {
    return { reason: pods.reason, message: `The cron job ${name} cannot run. ${pods.message}` };
  }
  if (runs.failure !== undefined) return { reason: 'JobFailed', message: failed(site, entry, runs.failure) };
  if (runs.missed <= tolerated) return undefined;
  const message = `The cron job ${name} has had no success for two periods or more. kubectl describe cronjob ${cronJobName(site, entry)} -n ${site.namespace} says why.`;
  return { reason: 'Missed', message };
}

function failed(site: Site, { name, activeDeadlineSeconds }: CronEntry, reason: string): string {
  if (reason === 'DeadlineExceeded') {
    return `The last run of the cron job ${name} was stopped after ${activeDeadlineSeconds} seconds: raise its activeDeadlineSeconds, or let it do less.`;
  }
  const labels = Object.entries({ ...podsOfSite(site), [entryLabel]: name })
    .map(([label, value]) => `${label}=${value}`)
    .join(',');
  return `The last run of the cron job ${name} failed. kubectl logs -n ${site.namespace} -l ${labels} says why.`;
}
