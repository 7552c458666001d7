import { stat } from 'node:fs/promises';
import type { RequestOptions } from 'node:https';
import { request as send } from 'undici';
import type { Dispatcher } from 'undici';
import type { Access, AccessSource } from './access.ts';
import { failure, noAnswer, parsed, waitOf } from './answers.ts';
import { backOff, deadline, pause, unlessAborted } from '../clock.ts';
import type { Clock } from '../clock.ts';
import { Timeout } from '../errors.ts';
import type { RequestLine } from '../errors.ts';
import { exchange } from './exchange.ts';
import type { Answer } from './exchange.ts';
import { Places } from './places.ts';
import type { Priority } from '../turns.ts';
import { Transport, connections } from './transport.ts';
import type { Pool } from './transport.ts';

export interface ApiRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  query?: Readonly<Record<string, string | undefined>>;
  body?: unknown;
  /** `application/json` unless said otherwise. */
  contentType?: string;
  accept?: string;
  /** 10 s unless said otherwise; covers one try, body included. */
  deadlineMilliseconds?: number;
  /** Whether the same request may be sent twice. */
  idempotent: boolean;
  /**
   * Asked for each try at the moment at which it goes out, when all waiting is over (pauses, credentials, a free
   * connection). What it throws, an error of `errors.ts`, ends the request, and nothing more is sent.
   */
  permitted?: () => void;
  /** Among requests of one namespace that wait for a free connection; `drift` unless said otherwise. */
  priority?: Priority | undefined;
  /** Does not wait for a free connection behind other requests. */
  urgent?: boolean;
  signal?: AbortSignal | undefined;
}

export interface StreamRequest {
  path: string;
  query: Readonly<Record<string, string | undefined>>;
  accept?: string;
  signal: AbortSignal;
}

export interface ApiClientOptions {
  access: AccessSource;
  clock: Clock;
  random: () => number;
  userAgent: string;
  /** Called with every answer, or 0 when there was none, and the seconds until its head arrived. */
  answered?: (method: string, code: number, seconds: number) => void;
}

/** Credentials are read again after this time, in milliseconds: service account tokens rotate on disk. */
const accessLifetime = 60_000;
const tries = 3;
/** A longer wait than this, in milliseconds, is left to the work queue. */
const longestPause = 5_000;

/** One connection pool to the API server for the whole process. Sends and receives JSON as it is. */
export class ApiClient {
  readonly #options: ApiClientOptions;
  readonly #transport = new Transport();
  readonly #places = new Places(connections);
  #access: { value: Access; readAt: number } | undefined;
  #reading: Promise<Access> | undefined;

  constructor(options: ApiClientOptions) {
    this.#options = options;
  }

  /** The parsed body of a successful answer; else one of the errors of `errors.ts`. */
  async request(request: ApiRequest): Promise<unknown> {
    const { clock, random } = this.#options;
    for (let failures = 1; ; failures += 1) {
      try {
        return await this.#try(request);
      } catch (error) {
        const wait = waitOf(error, backOff(failures, 100, 2_000, random));
        const again = request.idempotent && failures < tries && wait <= longestPause;
        if (!again || request.signal?.aborted === true) throw error;
        await pause(clock, wait, request.signal ?? new AbortController().signal);
      }
    }
  }

  /** The body of a watch: stays open until the server or the signal ends it. */
  async stream(request: StreamRequest): Promise<AsyncIterable<Buffer>> {
    const line = { method: 'GET', path: request.path };
    const answer = await this.#authorized(line, request.signal, (access) =>
      // Undici tells of an abort only when the request has its connection.
      unlessAborted(
        send(access.server + target(request.path, request.query), {
          dispatcher: this.#transport.agent('watches', access),
          headers: this.#headers(access, request.accept),
          signal: request.signal,
        }),
        request.signal,
      ),
    );
    if (answer.statusCode === 200) return answer.body as AsyncIterable<Buffer>;
    throw failure(line, answer, await answer.body.text());
  }

  /** Connections that are open now. */
  get sockets(): Readonly<Record<Pool, number>> {
    return this.#transport.open;
  }

  async close(): Promise<void> {
    await this.#transport.close();
  }

  async #try(request: ApiRequest): Promise<unknown> {
    const line = { method: request.method, path: request.path };
    const limit = request.deadlineMilliseconds ?? 10_000;
    const late = (): Error => new Timeout({ request: line, code: 0, reason: `no answer within ${limit} ms` });
    const timer = deadline(this.#options.clock, limit, late, request.signal);
    let through: Dispatcher | undefined;
    let leave = (): void => undefined;
    try {
      if (request.urgent !== true)
        leave = await this.#places.take(namespaceOf(request.path), timer.signal, request.priority);
      const answer = await this.#authorized(line, timer.signal, (access) =>
        this.#send(access, request, timer.signal, (agent) => (through = agent)),
      );
      const text = await answer.body.text().catch((error: unknown) => {
        throw noAnswer(line, error, timer.signal);
      });
      if (answer.statusCode >= 300) throw failure(line, answer, text);
      return parsed(line, text);
    } catch (error) {
      if (error instanceof Timeout && through !== undefined) this.#transport.leave(through);
      throw error;
    } finally {
      leave();
      timer.clear();
    }
  }

  #send(
    access: Access,
    request: ApiRequest,
    signal: AbortSignal,
    sent: (through: Dispatcher) => void,
  ): Promise<Answer> {
    const { method, body, contentType = 'application/json', permitted, urgent } = request;
    const headers = this.#headers(access, request.accept);
    const content =
      body === undefined
        ? { headers }
        : { headers: { ...headers, 'content-type': contentType }, body: JSON.stringify(body) };
    const agent = this.#transport.agent(urgent === true ? 'urgent' : 'requests', access);
    const { origin, pathname, search } = new URL(access.server + target(request.path, request.query ?? {}));
    return exchange(agent, {
      request: { origin, path: pathname + search, method, ...content },
      signal,
      start() {
        permitted?.();
        sent(agent);
      },
    });
  }

  /** Sends once more with credentials read anew when the first ones are refused: a 401 was never carried out. */
  async #authorized<A extends Answer>(
    line: RequestLine,
    signal: AbortSignal,
    act: (access: Access) => Promise<A>,
  ): Promise<A> {
    const access = this.#known() ?? (await unlessAborted(this.#current(), signal));
    const first = await this.#counted(line, signal, act(access));
    if (first.statusCode !== 401) return first;
    await first.body.dump();
    return this.#counted(line, signal, act(await unlessAborted(this.#current(), signal)));
  }

  async #counted<A extends Answer>(line: RequestLine, signal: AbortSignal, answer: Promise<A>): Promise<A> {
    const { answered, clock } = this.#options;
    const sentAt = clock.monotonic();
    const tell = (code: number): void => answered?.(line.method, code, (clock.monotonic() - sentAt) / 1000);
    try {
      const response = await answer;
      tell(response.statusCode);
      return response;
    } catch (error) {
      tell(0);
      throw noAnswer(line, error, signal);
    }
  }

  /** What was read not long ago. */
  #known(): Access | undefined {
    const age = this.#options.clock.monotonic() - (this.#access?.readAt ?? -Infinity);
    return age < accessLifetime ? this.#access?.value : undefined;
  }

  async #current(): Promise<Access> {
    const { access, clock } = this.#options;
    const known = this.#access;
    this.#reading ??= access().finally(() => (this.#reading = undefined));
    try {
      const value = await this.#reading;
      this.#access = { value, readAt: clock.monotonic() };
      return value;
    } catch (error) {
      // Files that are being replaced are missing for a moment; what was read before goes on serving.
      if (known === undefined) throw error;
      return known.value;
    }
  }

  #headers(access: Access, accept = 'application/json'): Record<string, string> {
    const authorization = access.authorization === undefined ? {} : { authorization: access.authorization };
    return { accept, 'user-agent': this.#options.userAgent, ...authorization };
  }
}

/** Empty for what is asked of the whole cluster. */
function namespaceOf(path: string): string {
  return /\/namespaces\/([^/]+)\//.exec(path)?.[1] ?? '';
}

/** A kubeconfig file, with every way to log in that kubectl has. */
export function kubeconfigAccess(path: string, context?: string): AccessSource {
  let loaded: { config: import('@kubernetes/client-node').KubeConfig; changed: number } | undefined;
  return async () => {
    const changed = (await stat(path)).mtimeMs;
    if (loaded?.changed !== changed) {
      // Loaded only here: the library costs half a second and 80 MB, and a pod in the cluster does not need it.
      const { KubeConfig } = await import('@kubernetes/client-node');
      const config = new KubeConfig();
      config.loadFromFile(path);
      if (context !== undefined) config.setCurrentContext(context);
      loaded = { config, changed };
    }
    const cluster = loaded.config.getCurrentCluster();
    if (cluster === null) throw new Error(`the kubeconfig ${path} names no current cluster`);
    const options: RequestOptions = {};
    await loaded.config.applyToHTTPSOptions(options);
    const headers = new Headers(options.headers as Record<string, string> | undefined);
    return {
      server: cluster.server.replace(/\/$/, ''),
      authorization: headers.get('authorization') ?? undefined,
      tls: {
        ca: pem(options.ca),
        cert: pem(options.cert),
        key: pem(options.key),
        servername: options.servername,
        rejectUnauthorized: options.rejectUnauthorized,
      },
    };
  };
}

/** Client-node gives certificates and keys as text or as bytes. */
function pem(value: RequestOptions['key']): string | undefined {
  return typeof value === 'string' || Buffer.isBuffer(value) ? value.toString() : undefined;
}

function target(path: string, query: Readonly<Record<string, string | undefined>>): string {
  const pairs = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return pairs.length === 0 ? path : `${path}?${new URLSearchParams(pairs).toString()}`;
}
