import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';
import { notInstalled } from '../kube/resources.ts';
import type { Watches } from '../kube/watch/watches.ts';

export interface HttpOptions {
  /** All addresses unless said otherwise: kubelet and Prometheus come from outside the pod. */
  host?: string;
  /** 0 takes any free one. */
  port: number;
  registry: Pick<Registry, 'metrics' | 'contentType'>;
  /** Why this process is not ready; empty when it is. */
  problems: () => readonly string[];
}

export interface HttpServer {
  port: number;
  close(): Promise<void>;
}

/** Older news than this, in milliseconds, and the caches cannot be relied upon: bookmarks come about every 60 s. */
const staleAfter = 120_000;

/** Why the caches cannot be relied upon: they never held everything, or one was not told anything for too long. */
export function cacheProblems(watches: Pick<Watches, 'inSync' | 'staleness' | 'notInstalled'>): string[] {
  const missing = watches.notInstalled().map(notInstalled);
  if (missing.length > 0) return missing;
  if (!watches.inSync) return ['caches are not in sync yet'];
  return watches
    .staleness()
    .filter(({ milliseconds }) => milliseconds > staleAfter)
    .map(({ kind, milliseconds }) => `no news of ${kind} for ${Math.round(milliseconds / 1000)} s`);
}

/** Serves /healthz (the event loop turns), /readyz and /metrics. */
export async function httpServer(options: HttpOptions): Promise<HttpServer> {
  const server = createServer((request, response) => {
    answer(request, response, options).catch(() => respond(response, 500, 'internal error\n'));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  return { port: (server.address() as AddressInfo).port, close: () => closed(server) };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: HttpOptions,
): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    respond(response, 405, 'method not allowed\n');
    return;
  }
  switch (request.url?.split('?')[0]) {
    case '/healthz':
      respond(response, 200, 'ok\n');
      return;
    case '/readyz': {
      const problems = options.problems();
      respond(
        response,
        problems.length === 0 ? 200 : 503,
        problems.length === 0 ? 'ok\n' : `${problems.join('\n')}\n`,
      );
      return;
    }
    case '/metrics': {
      const text = await options.registry.metrics();
      respond(response, 200, text, options.registry.contentType);
      return;
    }
    default:
      respond(response, 404, 'not found\n');
  }
}

function respond(
  response: ServerResponse,
  status: number,
  body: string,
  type = 'text/plain; charset=utf-8',
): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
  response.end(body);
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
