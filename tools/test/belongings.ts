import { readdirSync, readFileSync } from 'node:fs';
import { endAll } from '../../e2e/cluster/processes.ts';

/** Carried by every process that a part starts, and by those that these start. */
export const markName = 'HOSTEDSITE_TEST_PART';

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly isMarked: boolean;
}

/**
 * Ends a part's first process and all that came of it: its children and theirs, its process group, and what has the mark in
 * its environment, wherever that has gone.
 */
export async function endBelongings(root: number, mark: string): Promise<void> {
  const known = new Set<number>([root]);
  await endAll('the part and all that it started have ended', () => {
    for (const pid of belongings(root, mark)) known.add(pid);
    return [...known];
  });
}

function belongings(root: number, mark: string): number[] {
  const processes = all(mark);
  const found = new Set([root]);
  for (let size = 0; size !== found.size;) {
    size = found.size;
    for (const { pid, parent, group, isMarked } of processes)
      if (isMarked || group === root || found.has(parent)) found.add(pid);
  }
  return [...found];
}

function all(mark: string): Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const [parent, group] = text(name, 'stat')
        .replace(/^.*\) /s, '')
        .split(' ')
        .slice(1, 3)
        .map(Number);
      if (parent === undefined || group === undefined) return [];
      const isMarked = text(name, 'environ').split('\0').includes(`${markName}=${mark}`);
      return [{ pid: Number(name), parent, group, isMarked }];
    });
}

/** Empty of a process that has ended, or that is somebody else's. */
function text(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
