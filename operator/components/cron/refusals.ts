import type { Reason } from './condition.ts';
import type { CronEntry, Observed, Refusal, Site } from '../component.ts';
import { faultOf as faultOfResources } from '../pod/resources.ts';
import { isTimeZone, nextTime } from './calendar.ts';
import { fixedSchedule } from './schedule.ts';

export function refusals(site: Site, seen: Observed): Refusal[] {
  return site.cron.flatMap((entry) => [
    ...refusal('ScheduleRejected', entry, faultOf(entry, site, seen.now)),
    ...refusal('ResourcesRejected', entry, faultOfResources(entry.resources ?? {})),
  ]);
}

function refusal(reason: Reason, { name }: CronEntry, fault: string | undefined): Refusal[] {
  return fault === undefined ? [] : [{ reason, message: `In spec.cron, ${name}: ${fault}` }];
}

/** What a person must correct, in a sentence; a schedule is judged by whether it falls due after `now`. */
export function faultOf(entry: CronEntry, site: Site, now: Date): string | undefined {
  const { schedule, timeZone } = entry;
  if (!isTimeZone(timeZone)) {
    return `there is no time zone ${timeZone}. Write the name of one, such as Europe/Berlin or Etc/UTC.`;
  }
  const reading = fixedSchedule(entry, site);
  const advice = 'Write one such as 30 3 * * * or H/15 * * * *.';
  if ('fault' in reading) return `the schedule ${schedule} cannot be read: ${reading.fault}. ${advice}`;
  const next = timeAfter({ schedule: reading.schedule, timeZone }, now);
  if (next === 'unreadable') return `the schedule ${schedule} cannot be read. ${advice}`;
  return next === undefined
    ? `the schedule ${schedule} never falls due: no such day is in any year. Write one that does.`
    : undefined;
}

function timeAfter(calendar: Parameters<typeof nextTime>[0], now: Date): Date | undefined | 'unreadable' {
  try {
    return nextTime(calendar, now);
  } catch {
    return 'unreadable';
  }
}
