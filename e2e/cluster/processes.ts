import { readFileSync } from 'node:fs';
import { until } from './command.ts';

/** Ends processes at once, and again until the list is empty. */
export async function endAll(what: string, list: () => number[]): Promise<void> {
  await until(what, 15, () => {
    const left = list().filter((pid) => pid !== process.pid && isAlive(pid));
    for (const pid of left) signal(pid, 'SIGKILL');
    return Promise.resolve(left.length === 0 ? true : undefined);
  });
}

export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** A process whose starter is gone stays a zombie for a while: that one no longer counts. */
export function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** The arguments that a process was started with. */
export function commandOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
  } catch {
    return [];
  }
}
