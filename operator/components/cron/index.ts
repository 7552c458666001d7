import type { Component, CronEntry, Observed, Owned, Released, Site } from '../component.ts';
import { live } from '../live.ts';
import { managed, watched } from '../rights.ts';
import type { Calendar } from './calendar.ts';
import { condition, reasons } from './condition.ts';
import { effective, hidden } from './effective.ts';
import { cronJob } from './cron-job.ts';
import { cronJobName } from './names.ts';
import { faultOf, refusals } from './refusals.ts';
import { report } from './report.ts';
import { resolve } from './resolve.ts';
import { fixedSchedule } from './schedule.ts';
import { cronSpec } from './spec.ts';
import { words } from './words.ts';

const declared = { condition, reasons };

/** Commands that run by schedules: a CronJob for each, with the release that serves. */
export const cron: Component<typeof declared> = {
  name: 'cron',
  ...declared,
  rights: [...managed('CronJob'), ...watched('Job', 'Pod')],
  runsImage: true,
  fields: { cron: cronSpec },
  words,
  resolve,
  effective,
  hidden,
  enabled: (site) => site.cron.length > 0,
  refusals,
  manifests,
  report,
};

function manifests(site: Site, seen: Observed, all: Released): Owned[] {
  return site.cron.flatMap((entry) => {
    const calendar = calendarOf(site, entry, seen);
    return calendar === undefined ? [] : [cronJob(site, { ...entry, ...calendar }, { seen, all })];
  });
}

/** An entry that is refused changes nothing of the CronJob that it may have: a suspended site still holds that one. */
function calendarOf(site: Site, entry: CronEntry, seen: Observed): Calendar | undefined {
  const reading = fixedSchedule(entry, site);
  if ('schedule' in reading && faultOf(entry, site, seen.now) === undefined) {
    return { schedule: reading.schedule, timeZone: entry.timeZone };
  }
  const { schedule, timeZone = entry.timeZone } = live(seen, 'CronJob', cronJobName(site, entry))?.spec ?? {};
  return schedule === undefined ? undefined : { schedule, timeZone };
}
