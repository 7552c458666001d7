import type { Server } from 'node:net';
import { createServer } from 'node:net';
import { Refusal, until } from './command.ts';
import type { Instance } from './instance.ts';

/**
 * One start or stop at a time. The lock is a socket in Linux' abstract name space: the kernel gives it to one process
 * and takes it back when that process ends, however it ends.
 */
export async function alone<T>(cluster: Pick<Instance, 'id'>, work: () => Promise<T>): Promise<T> {
  const lock = await take(cluster.id);
  if (lock === undefined)
    throw new Refusal('Another process is starting or stopping this cluster: wait for it to end.');
  return during(lock, work);
}

/**
 * The same for what a whole machine shares: who comes second waits for up to an hour, and calls `waiting` before, and each
 * minute.
 */
export async function inTurn<T>(what: string, waiting: () => void, work: () => Promise<T>): Promise<T> {
  let toldAt = -Infinity;
  const lock = await until(`${what} by another process`, 3600, async () => {
    const taken = await take(what);
    if (taken === undefined && performance.now() - toldAt > 60_000) {
      toldAt = performance.now();
      waiting();
    }
    return taken;
  });
  return during(lock, work);
}

async function during<T>(lock: Server, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    lock.close();
  }
}

/** Undefined when somebody has it. */
function take(id: string): Promise<Server | undefined> {
  return new Promise((taken, failed) => {
    const server = createServer((connection) => connection.destroy());
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') taken(undefined);
      else failed(error);
    });
    server.listen(`\0hostedsite-${id}`, () => taken(server));
  });
}
