import { Agent } from 'undici';
import type { Dispatcher } from 'undici';
import type { Access, TlsFiles } from './access.ts';

/** The process's connections to the API server: one pool for requests, one for watches, kept until certificates change. */
export class Transport {
  #agents: { tls: string; requests: Agent; watches: Agent } | undefined;

  requests(access: Access): Dispatcher {
    return this.#current(access.tls).requests;
  }

  watches(access: Access): Dispatcher {
    return this.#current(access.tls).watches;
  }

  async close(): Promise<void> {
    const agents = this.#agents;
    this.#agents = undefined;
    await Promise.all([agents?.requests.close(), agents?.watches.destroy()]);
  }

  #current(tls: TlsFiles): { requests: Agent; watches: Agent } {
    const fingerprint = JSON.stringify(tls);
    if (this.#agents?.tls !== fingerprint) {
      retire(this.#agents);
      this.#agents = { tls: fingerprint, ...agents(tls) };
    }
    return this.#agents;
  }
}

function agents(tls: TlsFiles): { requests: Agent; watches: Agent } {
  const present = Object.fromEntries(Object.entries(tls).filter(([, value]) => value !== undefined));
  const options = {
    allowH2: false,
    keepAliveTimeout: 60_000,
    // Deadlines belong to each request; a watch has none but its reflector's.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: { ...present, timeout: 10_000 },
  };
  return { requests: new Agent({ ...options, connections: 16 }), watches: new Agent(options) };
}

/** Old connections end with the requests and watches that they carry. */
function retire(old: { requests: Agent; watches: Agent } | undefined): void {
  for (const agent of [old?.requests, old?.watches]) agent?.close().catch(() => undefined);
}
