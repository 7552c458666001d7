import { rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import type { Arrival } from './arrivals.ts';

/**
 * Answers the nodes' network plugins (`e2e/cluster/policy-gate`): a pod starts when its arrival has been answered with 200.
 * `admit` resolves when the pod's rules are written.
 */
export function gate(socket: string, admit: (arrival: Arrival, gone: AbortSignal) => Promise<void>): Server {
  rmSync(socket, { force: true });
  return createServer((request, response) => {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    json(request)
      .then((arrival) => admit(arrival as Arrival, gone.signal))
      .then(() => response.end(), refuse(response));
  }).listen(socket);
}

function refuse(response: ServerResponse): (error: unknown) => void {
  return (error) => {
    process.stderr.write(`not admitted: ${String(error)}\n`);
    response.writeHead(503).end(String(error));
  };
}
