import { createHash } from 'node:crypto';
import type { CronEntry, Site } from '../component.ts';

/** The schedule as Kubernetes takes it: each `H` is a number. Or, in words, what is wrong with it. */
export type Reading = { schedule: string } | { fault: string };

/** Of `H` in each field: days that every month has, and what fields may hold. */
const spans: readonly (readonly [number, number])[] = [
  [0, 59],
  [0, 23],
  [1, 28],
  [1, 12],
  [0, 6],
];
/** Of `*`. */
const whole: typeof spans = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 6],
];

/**
 * `H` as Jenkins has it: a value that follows from the names alone, so that it stays for as long as the entry does and
 * the runs of many sites spread over the hour.
 */
export function fixedSchedule(
  { schedule, name }: CronEntry,
  site: Pick<Site, 'name' | 'namespace'>,
): Reading {
  const faults: string[] = [];
  const fields = schedule.split(/ +/).map((field, at) => {
    const seed = hash(`${site.namespace}/${site.name}/${name}/${at}`);
    return field.split(',').map((part) => {
      const result = fixedPart(part, at, seed);
      if ('fault' in result) faults.push(result.fault);
      return 'text' in result ? result.text : part;
    });
  });
  const [fault] = faults;
  return fault === undefined ? { schedule: fields.map((parts) => parts.join()).join(' ') } : { fault };
}

function fixedPart(part: string, at: number, seed: number): { text: string } | { fault: string } {
  const [range = '', written] = part.split('/');
  const [low, high] = spanOf(range, at);
  const size = high - low + 1;
  if (size < 1) return { fault: `the range ${range} ends before it begins` };
  if (Number(written ?? 1) > size) {
    return { fault: `the step in ${part} is longer than the ${size} values that it steps through` };
  }
  if (!range.startsWith('H')) return { text: part };
  if (written === undefined) return { text: String(low + (seed % size)) };
  return { text: `${low + (seed % Number(written))}-${high}/${written}` };
}

/** Names of months and days are Kubernetes' to put in order. */
function spanOf(range: string, at: number): readonly [number, number] {
  const [, low, high] = /(\d+)-(\d+)/.exec(range) ?? [];
  if (low !== undefined && high !== undefined) return [Number(low), Number(high)];
  return (range.startsWith('H') ? spans : whole)[at] ?? [0, 0];
}

function hash(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE();
}
