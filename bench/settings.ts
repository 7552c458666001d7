import { parseArgs } from 'node:util';

export const measurements = [
  ...['limit', 'burst', 'memory', 'idle', 'churn', 'drift', 'cold-start', 'hand-over', 'wide'],
] as const;

/** What is measured, how often and how long. */
export interface Settings {
  only: ReadonlySet<string>;
  sites: number;
  /** Runs of each subject. */
  runs: number;
  idleSeconds: number;
  /** Edits a second. */
  churnRates: readonly number[];
  churnSeconds: number;
  drifts: number;
  /** Requests under way at once, for the limit. */
  concurrency: readonly number[];
  /** Objects of nobody, for `wide`. */
  foreign: number;
  /** Where the processor profile of our operator goes. */
  profile: string | undefined;
  /** Our operator without the peer, for what is judged by itself. */
  alone: boolean;
}

const whole = {
  sites: 1000,
  runs: 4,
  idleSeconds: 60,
  churnRates: [1, 5, 20],
  churnSeconds: 30,
  drifts: 30,
  concurrency: [1, 2, 4, 8, 16, 32, 64],
  foreign: 100_000,
};

const quick = {
  ...whole,
  sites: 100,
  runs: 2,
  idleSeconds: 15,
  churnRates: [5, 20],
  churnSeconds: 6,
  drifts: 0,
  concurrency: [8, 32],
  foreign: 0,
};

/** Throws a sentence for whoever typed something else. */
export function settings(args: readonly string[]): Settings {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      sites: { type: 'string' },
      runs: { type: 'string' },
      only: { type: 'string' },
      foreign: { type: 'string' },
      idle: { type: 'string' },
      profile: { type: 'string' },
      alone: { type: 'boolean', default: false },
    },
  });
  const base = values.quick ? quick : whole;
  const skipped: readonly string[] = values.quick ? ['drift', 'hand-over', 'wide'] : [];
  return {
    ...base,
    sites: count('sites', values.sites, base.sites),
    runs: count('runs', values.runs, base.runs),
    foreign: count('foreign', values.foreign, base.foreign),
    idleSeconds: count('idle', values.idle, base.idleSeconds),
    only: new Set(
      values.only === undefined ? measurements.filter((one) => !skipped.includes(one)) : named(values.only),
    ),
    profile: values.profile,
    alone: values.alone,
  };
}

function named(text: string): string[] {
  const names = text.split(',');
  const unknown = names.filter((name) => !measurements.some((one) => one === name));
  if (unknown.length > 0)
    throw new Error(`--only knows ${measurements.join(', ')}; not ${unknown.join(', ')}`);
  return names;
}

function count(option: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new Error(`--${option} wants a whole number from 1`);
  return number;
}
