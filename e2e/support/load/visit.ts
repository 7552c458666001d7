import type { Agent } from 'undici';
import { request } from 'undici';

/** One kind of request that visitors make. */
export interface Visit {
  /** What is measured together, for example `cached`. */
  readonly class: string;
  /** `new`: a connection of its own. `kept`: one that was idle, if there is one. */
  readonly connection: 'kept' | 'new';
  /** A POST has its number as its body. Default: GET. */
  readonly method?: 'GET' | 'POST';
  readonly path: string;
  /** Whether the body is the whole answer to this request; `number` is unique among all requests. */
  readonly isWhole: (body: string, number: string) => boolean;
}

export type FailureKind =
  'connection' | 'timeout' | 'server error' | 'wrong status' | 'truncated' | 'wrong body';

export interface Outcome {
  readonly class: string;
  readonly number: string;
  readonly method: 'GET' | 'POST';
  /** Milliseconds since the epoch when it was sent. */
  readonly sent: number;
  /** Milliseconds from when it was due until the last byte, or until it failed. */
  readonly took: number;
  /** Milliseconds from when it was due until it was sent: what the load itself adds to `took`. */
  readonly late: number;
  readonly failure?: { readonly kind: FailureKind; readonly detail: string };
}

export interface Target {
  readonly origin: string;
  readonly host: string;
  readonly agents: Readonly<Record<Visit['connection'], Agent>>;
  /** Milliseconds until the last byte. */
  readonly patience: number;
}

/** Makes the request once, whatever becomes of it. `due`: when it should be sent, by `performance.now()`. */
export async function made(visit: Visit, number: string, due: number, target: Target): Promise<Outcome> {
  const [sent, late] = [Date.now(), performance.now() - due];
  const failure = await failureOf(visit, number, target);
  const { class: name, method = 'GET' } = visit;
  const outcome = { class: name, number, method, sent, late, took: performance.now() - due };
  if (failure === undefined) return outcome;
  const detail = `${method} ${visit.path} on a ${visit.connection} connection: ${failure.detail}`;
  return { ...outcome, failure: { kind: failure.kind, detail } };
}

async function failureOf(visit: Visit, number: string, target: Target): Promise<Outcome['failure']> {
  const { class: _class, connection, method = 'GET', path, isWhole } = visit;
  let status: number | undefined;
  try {
    const answer = await request(`${target.origin}${path}`, {
      method,
      body: method === 'POST' ? number : null,
      headers: { host: target.host },
      dispatcher: target.agents[connection],
      signal: AbortSignal.timeout(target.patience),
    });
    status = answer.statusCode;
    const body = await answer.body.text();
    if (status >= 500) return { kind: 'server error', detail: `${status} ${shortened(body)}` };
    if (status !== 200) return { kind: 'wrong status', detail: `${status} ${shortened(body)}` };
    return isWhole(body, number) ? undefined : { kind: 'wrong body', detail: shortened(body) };
  } catch (error) {
    return broken(error, status);
  }
}

/** Undici refuses a body that ends before its length or its last chunk. */
function broken(error: unknown, status: number | undefined): Outcome['failure'] {
  const { name, message, code } = error as Error & { code?: string };
  const detail = `${status === undefined ? '' : `${status}, then `}${code ?? name}: ${message}`;
  if (name === 'TimeoutError') return { kind: 'timeout', detail };
  return { kind: status === undefined ? 'connection' : 'truncated', detail };
}

function shortened(body: string): string {
  return JSON.stringify(body.length > 120 ? `${body.slice(0, 120)}…` : body);
}
