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

/** Those whose parent is none of them: a process that is just being started has the arguments of its parent for a moment. */
export function founders(pids: readonly number[]): number[] {
  return pids.filter((pid) => {
    const parent = parentOf(pid);
    return parent !== undefined && !pids.includes(parent);
  });
}

/** Undefined when it is gone. */
function parentOf(pid: number): number | undefined {
  try {
    return Number(/^\d+ \(.*\) \S (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]);
  } catch {
    return undefined;
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
