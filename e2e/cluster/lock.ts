import type { Server } from 'node:net';
import { createServer } from 'node:net';
import { Refusal } from './command.ts';
import type { Instance } from './instance.ts';

/**
 * One start or stop at a time. The lock is a socket in Linux' abstract name space: the kernel gives it to one process
 * and takes it back when that process ends, however it ends.
 */
export async function alone<T>(cluster: Pick<Instance, 'id'>, work: () => Promise<T>): Promise<T> {
  const lock = await take(`\0hostedsite-${cluster.id}`);
  try {
    return await work();
  } finally {
    lock.close();
  }
}

function take(name: string): Promise<Server> {
  return new Promise((taken, failed) => {
    const server = createServer((connection) => connection.destroy());
    server.once('error', (error: NodeJS.ErrnoException) => {
      const held = error.code === 'EADDRINUSE';
      failed(
        held
          ? new Refusal('Another process is starting or stopping this cluster: wait for it to end.')
          : error,
      );
    });
    server.listen(name, () => taken(server));
  });
}
