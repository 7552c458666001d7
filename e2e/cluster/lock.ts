import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Refusal } from './command.ts';
import type { Instance } from './instance.ts';
import { isAlive } from './processes.ts';

/** One start or stop at a time. A lock whose holder was killed counts for nothing. */
export async function alone<T>(cluster: Instance, work: () => Promise<T>): Promise<T> {
  const file = `${cluster.directory}.lock`;
  mkdirSync(dirname(file), { recursive: true });
  take(file);
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function take(file: string): void {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const holder = Number(readFileSync(file, 'utf8'));
    if (holder > 0 && isAlive(holder)) {
      throw new Refusal(`Process ${holder} is starting or stopping this cluster: wait for it to end.`);
    }
    rmSync(file, { force: true });
    take(file);
  }
}
