import { Agent, errors, request } from 'undici';
import type { Dispatcher } from 'undici';
import type { AccessSource } from '../../operator/kube/client/access.ts';
import type { Asked } from './proxy-request.ts';

export type Answer = Dispatcher.ResponseData;

export interface Whole {
  readonly code: number;
  readonly headers: Answer['headers'];
  readonly body: Buffer;
}

export interface UpstreamOptions {
  /** Of the API server, with the right to impersonate. */
  readonly access: AccessSource;
  /** Who every request is made as; absent: who `access` is. */
  readonly as?: string | undefined;
  /** Of `as`, when that is a service account. */
  readonly groups: readonly string[];
}

/** The API server behind a proxy: one pool of connections. */
export class Upstream {
  readonly #agent: Agent;
  readonly #server: string;
  readonly #identity: Readonly<Record<string, string | string[]>>;

  private constructor(server: string, agent: Agent, { as, groups }: UpstreamOptions) {
    this.#server = server;
    this.#agent = agent;
    this.#identity = as === undefined ? {} : { 'impersonate-user': as, 'impersonate-group': [...groups] };
  }

  static async connect(options: UpstreamOptions): Promise<Upstream> {
    const { server, tls } = await options.access();
    const given = Object.fromEntries(Object.entries(tls).filter(([, value]) => value !== undefined));
    // Deadlines are the operator's.
    const patience = { headersTimeout: 0, bodyTimeout: 0, keepAliveTimeout: 60_000 };
    return new Upstream(server, new Agent({ allowH2: false, ...patience, connect: given }), options);
  }

  /** Rejects when there is no answer. */
  send({ method, target, headers, body }: Asked, signal: AbortSignal): Promise<Answer> {
    const passed = ['accept', 'content-type', 'user-agent'].flatMap((name) => {
      const value = headers[name];
      return typeof value === 'string' ? [[name, value] as const] : [];
    });
    return request(this.#server + target, {
      method,
      dispatcher: this.#agent,
      headers: { ...Object.fromEntries(passed), ...this.#identity },
      body: body.length === 0 ? null : body,
      signal,
    });
  }

  /** With the whole body; rejects when any of it is missing. */
  async read(asked: Asked, signal: AbortSignal): Promise<Whole> {
    return whole(await this.send(asked, signal));
  }

  close(): Promise<void> {
    return this.#agent.destroy();
  }
}

/** What came over the network; undefined when the connection broke or was given up, which is no error of ours. */
export async function attempted<T>(answer: Promise<T>): Promise<T | undefined> {
  return answer.catch((error: unknown) => {
    if (error instanceof errors.UndiciError || isOfNetwork(error)) return undefined;
    throw error;
  });
}

function isOfNetwork(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (
    error.name === 'AbortError' || ('code' in error && /^(E[A-Z]+|UND_ERR_.*)$/.test(String(error.code)))
  );
}

export async function whole({ statusCode, headers, body }: Answer): Promise<Whole> {
  return { code: statusCode, headers, body: Buffer.from(await body.bytes()) };
}
