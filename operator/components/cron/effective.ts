import type { Site } from '../component.ts';
import type { CronSpec } from './spec.ts';

/** A command may hold credentials, and resources are added to those of the release that runs. */
export const hidden = ['cron[].command', 'cron[].resources'];

export function effective({ cron }: Site): { cron?: Omit<CronSpec[number], 'command'>[] } {
  if (cron.length === 0) return {};
  return {
    cron: cron.map(({ name, schedule, activeDeadlineSeconds, timeZone }) => ({
      name,
      schedule,
      activeDeadlineSeconds,
      timeZone,
    })),
  };
}
