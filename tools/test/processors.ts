import { readFileSync } from 'node:fs';

/** Ticks that the machine's processors worked, and all ticks, since it started. */
export interface Ticks {
  readonly busy: number;
  readonly all: number;
}

/** Undefined where there is no /proc. */
export function ticks(read = (): string => readFileSync('/proc/stat', 'utf8')): Ticks | undefined {
  try {
    // user, nice, system, idle, iowait, irq, softirq, steal
    const numbers = (read().split('\n')[0] ?? '').split(/\s+/).slice(1, 9).map(Number);
    const all = numbers.reduce((sum, number) => sum + number, 0);
    const [idle = 0, waiting = 0] = numbers.slice(3, 5);
    return { busy: all - idle - waiting, all };
  } catch {
    return undefined;
  }
}

/** The share of the processors that was at work between two moments, from 0 to 1. */
export function busyBetween(before: Ticks | undefined, after: Ticks | undefined): number | undefined {
  if (before === undefined || after === undefined || after.all === before.all) return undefined;
  return (after.busy - before.busy) / (after.all - before.all);
}
