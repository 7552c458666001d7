import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Inbox } from './inbox.ts';

/** An API server for specs: it answers nothing by itself; the spec takes each request and says what happens. */
export class ScriptedServer {
  readonly url: string;
  /** Connections that were opened. */
  connections = 0;
  readonly #server: Server;
  readonly #inbox = new Inbox<Exchange>();

  constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('connection', () => (this.connections += 1));
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () =>
        this.#inbox.push(new Exchange(request, response, Buffer.concat(parts).toString())),
      );
    });
  }

  static async start(): Promise<ScriptedServer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new ScriptedServer(server);
  }

  /** The next request, in the order of arrival. */
  next(): Promise<Exchange> {
    return this.#inbox.next();
  }

  /** Requests that nobody has taken. */
  get untaken(): readonly Exchange[] {
    return this.#inbox.rest;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** One request and its answer. */
export class Exchange {
  readonly method: string;
  readonly path: string;
  readonly query: Record<string, string>;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
  /** Resolves when the other side has ended the connection. */
  readonly closed: Promise<void>;
  readonly #socket: Socket;
  readonly #response: ServerResponse;

  constructor(request: IncomingMessage, response: ServerResponse, body: string) {
    const url = new URL(request.url ?? '/', 'http://server');
    this.method = request.method ?? '';
    this.path = url.pathname;
    this.query = Object.fromEntries(url.searchParams);
    this.headers = request.headers;
    this.body = body === '' ? undefined : JSON.parse(body);
    this.#socket = request.socket;
    this.#response = response;
    this.closed = new Promise((resolve) => response.once('close', () => resolve()));
  }

  json(status: number, body: unknown, headers: Record<string, string> = {}): void {
    this.text(status, JSON.stringify(body), { 'content-type': 'application/json', ...headers });
  }

  text(status: number, body: string, headers: Record<string, string> = {}): void {
    this.#response.writeHead(status, headers).end(body);
  }

  /** A Kubernetes Status as an answer. */
  fail(
    code: number,
    reason: string,
    more: { details?: unknown; headers?: Record<string, string> } = {},
  ): void {
    const { details, headers } = more;
    this.json(
      code,
      { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message: reason, details },
      headers,
    );
  }

  /** Begins a watch: the head of the answer goes out at once. */
  watch(): this {
    this.#response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
    return this;
  }

  frame(type: string, object: unknown): this {
    return this.write(`${JSON.stringify({ type, object })}\n`);
  }

  write(text: string): this {
    this.#response.write(text);
    return this;
  }

  end(): void {
    this.#response.end();
  }

  /** The connection breaks: the other side sees a reset. */
  reset(): void {
    this.#socket.resetAndDestroy();
  }
}
