import { Cron } from 'croner';

/** When a schedule without `H` falls due. Times in the hour that clocks skip count, which Kubernetes leaves out. */
export interface Calendar {
  schedule: string;
  timeZone: string;
}

/** Strictly after a time; undefined when it never does. Throws about what is no schedule or no time zone. */
export function nextTime({ schedule, timeZone }: Calendar, after: Date): Date | undefined {
  // Without a function it starts no timer.
  return new Cron(schedule, { timezone: timeZone }).nextRun(after) ?? undefined;
}

/** As many are counted at most: a job that fails for a year costs no more than one that fails for ten periods. */
export const mostMissed = 10;

/**
 * Periods that went by without a success, the one under way not counted, and when there will be one more. A period
 * lasts from one time of the schedule to the next.
 */
export function missedPeriods(
  { schedule, timeZone }: Calendar,
  since: Date,
  now: Date,
): { missed: number; next?: Date } {
  const cron = new Cron(schedule, { timezone: timeZone });
  let begun = 0;
  let next = cron.nextRun(since);
  while (next !== null && next <= now && begun <= mostMissed) {
    begun += 1;
    next = cron.nextRun(next);
  }
  const missed = Math.max(0, begun - 1);
  if (begun === 0 && next !== null) next = cron.nextRun(next);
  return next === null || missed >= mostMissed ? { missed } : { missed, next };
}

/** Whether the name is one that Kubernetes knows too: it minds upper and lower case, and takes no offsets. */
export function isTimeZone(name: string): boolean {
  if (/^[-+]/.test(name)) return false;
  try {
    const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions();
    return timeZone.toLowerCase() !== name.toLowerCase() || timeZone === name;
  } catch {
    return false;
  }
}
