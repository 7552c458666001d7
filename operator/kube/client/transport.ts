import { Agent, buildConnector } from 'undici';
import type { Dispatcher } from 'undici';
import type { Access, TlsFiles } from './access.ts';

/**
 * `requests` wait for one of 16 connections; `watches` have one each. What must not wait is `urgent`: a single connection,
 * so that a try that ran into a dead one is followed by a try on a new one.
 */
export type Pool = 'requests' | 'watches' | 'urgent';
export const pools: readonly Pool[] = ['requests', 'watches', 'urgent'];

/** Requests under way at once; what comes on top waits. */
export const connections = 16;

/** The process's connections to the API server: one pool for requests, one for watches, kept until certificates change. */
export class Transport {
  #agents: (Record<Pool, Agent> & { tls: string }) | undefined;
  /** Those that the agents were last asked for with: they are the same objects until they are read again. */
  #asked: TlsFiles | undefined;
  readonly #open: Record<Pool, number> = { requests: 0, watches: 0, urgent: 0 };

  /** Connections that are open now, those of former certificates included. */
  get open(): Readonly<Record<Pool, number>> {
    return this.#open;
  }

  agent(pool: Pool, { tls }: Pick<Access, 'tls'>): Dispatcher {
    if (this.#agents !== undefined && this.#asked === tls) return this.#agents[pool];
    this.#asked = tls;
    const fingerprint = JSON.stringify(tls);
    if (this.#agents?.tls !== fingerprint) {
      retire(pools.map((one) => this.#agents?.[one]));
      this.#agents = { tls: fingerprint, ...this.#made(tls) };
    }
    return this.#agents[pool];
  }

  /** After a request on it got no answer: its other connections may be as dead, so nothing new goes through it. */
  leave(agent: Dispatcher): void {
    const agents = this.#agents;
    const pool = pools.find((one) => agents?.[one] === agent);
    if (agents === undefined || pool === undefined) return;
    retire([agents[pool]]);
    agents[pool] = this.#made(JSON.parse(agents.tls) as TlsFiles)[pool];
  }

  async close(): Promise<void> {
    const agents = this.#agents;
    this.#agents = undefined;
    await Promise.all([agents?.requests.close(), agents?.urgent.close(), agents?.watches.destroy()]);
  }

  #made(tls: TlsFiles): Record<Pool, Agent> {
    const present = Object.fromEntries(Object.entries(tls).filter(([, value]) => value !== undefined));
    const connect = buildConnector({ ...present, allowH2: false, timeout: 10_000 });
    const options = (pool: Pool): Agent.Options => ({
      allowH2: false,
      keepAliveTimeout: 60_000,
      // Deadlines belong to each request; a watch has none but its reflector's.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: (place, done) => connect(place, (...result) => done(...this.#counted(pool, result))),
    });
    return {
      requests: new Agent({ ...options('requests'), connections }),
      // Nothing follows a watch on its connection: one that fell silent would be silent for the next watch too.
      watches: new Agent({ ...options('watches'), pipelining: 0 }),
      urgent: new Agent({ ...options('urgent'), connections: 1 }),
    };
  }

  #counted<Result extends Parameters<buildConnector.Callback>>(pool: Pool, result: Result): Result {
    const [, socket] = result;
    // After a failure undici gives no socket at all, whatever its types say.
    if (socket) {
      this.#open[pool] += 1;
      socket.once('close', () => (this.#open[pool] -= 1));
    }
    return result;
  }
}

/** Old connections end with the requests and watches that they carry. */
function retire(agents: readonly (Agent | undefined)[]): void {
  for (const agent of agents) agent?.close().catch(() => undefined);
}
