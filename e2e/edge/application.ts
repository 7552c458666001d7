import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A request as the application received it. */
export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly rawHeaders: readonly string[];
  readonly body: string;
}

export type Handler = (request: Received, response: ServerResponse) => void | Promise<void>;

/** The site's application, behind a Varnish: it answers as the handler of the moment says, and remembers what it was asked. */
export interface Application {
  readonly port: number;
  readonly received: Received[];
  handler: Handler;
  stop(): Promise<void>;
}

/** Under both addresses that the VCL knows the application by. */
const addresses = ['127.0.0.1', '127.0.0.2'];

export async function application(handler: Handler): Promise<Application> {
  const received: Received[] = [];
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    respond(request, response).catch((error: unknown) => response.destroy(error as Error));
  };
  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '', headers, rawHeaders } = request;
    const whole = { method, url, headers, rawHeaders, body: await text(request) };
    received.push(whole);
    await it.handler(whole, response);
  }
  const servers = addresses.map(() =>
    createServer({ maxHeaderSize: 2 ** 18, keepAliveTimeout: 30_000 }, listener),
  );
  let port = 0;
  for (const [at, server] of servers.entries()) {
    await new Promise<void>((listens, failed) => {
      server.once('error', failed).listen(port, addresses[at], listens);
    });
    ({ port } = server.address() as AddressInfo);
  }
  const it: Application = {
    port,
    received,
    handler,
    stop: async () => {
      for (const server of servers) {
        server.closeAllConnections();
        await new Promise((closed) => server.close(closed));
      }
    },
  };
  return it;
}
