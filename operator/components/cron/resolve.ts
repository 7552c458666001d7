import type { Site, Sources } from '../component.ts';
import { cronDefaults } from './spec.ts';
import type { CronSpec } from './spec.ts';

/** The preset's first; an entry of the same name replaces it. */
export function resolve({ cron = [] }: { cron?: CronSpec }, { preset }: Sources): Pick<Site, 'cron'> {
  const ofPreset = (preset.cron ?? []).filter(({ name }) => !cron.some((entry) => entry.name === name));
  return { cron: [...ofPreset, ...cron].map((entry) => ({ ...cronDefaults, ...entry })) };
}
