import { Agent, request as send } from 'undici';
import type { Manifest } from '../../operator/components/component.ts';
import type { AccessSource } from '../../operator/kube/client/access.ts';

/**
 * The API as the rig uses it, with all rights. It shares no code with `operator/kube`: a fault that is planted there
 * must not make the world and its observers blind as well.
 */
export interface Requests {
  /** The parsed answer; an error with `code`, the HTTP status, for any answer above 299. */
  request(request: PlainRequest): Promise<unknown>;
}

export interface PlainRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  query?: Readonly<Record<string, string | undefined>>;
  body?: unknown;
  /** `application/json` unless said otherwise. */
  contentType?: string;
  idempotent: boolean;
}

export interface Frame {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  object: Manifest;
}

export class Refused extends Error {
  readonly code: number;

  constructor({ method, path }: PlainRequest, code: number, answer: string) {
    super(`${method} ${path}: ${code} ${answer.slice(0, 500)}`);
    this.code = code;
  }
}

export class AdminApi implements Requests {
  readonly #server: string;
  readonly #agent: Agent;

  private constructor(server: string, agent: Agent) {
    this.#server = server;
    this.#agent = agent;
  }

  static async of({ admin }: { readonly admin: AccessSource }): Promise<AdminApi> {
    const { server, tls } = await admin();
    const { ca = '', cert = '', key = '' } = tls;
    // Watches stay open without a word for minutes.
    const agent = new Agent({ connect: { ca, cert, key }, headersTimeout: 0, bodyTimeout: 0 });
    return new AdminApi(server, agent);
  }

  async request(request: PlainRequest): Promise<unknown> {
    const { method, path, query, body, contentType = 'application/json' } = request;
    const answer = await send(this.#server + target(path, query), {
      method,
      dispatcher: this.#agent,
      headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': contentType }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.body.text();
    if (answer.statusCode >= 300) throw new Refused(request, answer.statusCode, text);
    return JSON.parse(text);
  }

  /** Events until the server or the signal ends the stream. */
  async *watch(
    path: string,
    query: Readonly<Record<string, string | undefined>>,
    signal: AbortSignal,
  ): AsyncIterable<Frame> {
    const asked = { watch: 'true', allowWatchBookmarks: 'true', timeoutSeconds: '3600', ...query };
    const answer = await send(this.#server + target(path, asked), { dispatcher: this.#agent, signal });
    if (answer.statusCode !== 200) {
      const text = await answer.body.text();
      throw new Refused({ method: 'GET', path, idempotent: true }, answer.statusCode, text);
    }
    let rest = '';
    const decoder = new TextDecoder();
    for await (const chunk of answer.body) {
      const lines = (rest + decoder.decode(chunk as Buffer, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) yield JSON.parse(line) as Frame;
    }
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }
}

/** HTTP status of a refused request, whichever client made it; undefined when the error is something else. */
export function codeOf(error: unknown): number | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'number' ? code : undefined;
}

function target(path: string, query: PlainRequest['query'] = {}): string {
  const pairs = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return pairs.length === 0 ? path : `${path}?${new URLSearchParams(pairs).toString()}`;
}
