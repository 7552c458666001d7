import type { PartCondition } from '../condition.ts';
import type { SharedReason } from '../reasons.ts';

export const condition = {
  type: 'CronReady',
  means: 'Cron jobs run by their schedules, and the last run of each succeeded.',
  // Whether a cron job fails is no question of serving.
  counts: 'beside',
} as const satisfies PartCondition;

export const reasons = {
  Scheduled: 'Cron jobs run by their schedules.',
  ScheduleRejected:
    'The schedule of a cron job cannot be read, never falls due, or names no time zone: correct it.',
  ResourcesRejected:
    'What a cron job asks for of processor, memory or disk cannot be read, or its limit is below its request: correct it as the message says.',
  JobFailed: 'The last run of a cron job failed: its log says why; the next one is tried in its turn.',
  Missed: 'A cron job has had no success for two periods or more: its CronJob and its Jobs say why.',
} as const;

export type Reason = SharedReason | keyof typeof reasons;
