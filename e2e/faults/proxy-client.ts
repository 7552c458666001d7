import { ApiClient } from '../../operator/kube/client/api-client.ts';
import { systemClock } from '../../operator/kube/clock.ts';
import type { Clock } from '../../operator/kube/clock.ts';
import { Inbox } from '../../operator/testing/kube/inbox.ts';
import { resourceOf } from '../../operator/kinds/resources.ts';
import { Reflector } from '../../operator/kube/watch/reflector.ts';
import type { RawObject } from '../../operator/kube/watch/store.ts';
import { silentLog } from '../../operator/observability/logger.ts';
import type { Proxy } from './proxy.ts';

/** A minute passes in 3 s: a watch that is silent for too long is soon given up. */
const speed = 20;
const hurried: Clock = {
  wall: () => systemClock.wall(),
  monotonic: () => systemClock.monotonic() * speed,
  after: (milliseconds, callback) => systemClock.after(milliseconds / speed, callback),
};

/** Real milliseconds: a busy API server takes its time. */
const patience = 60_000;

/** What an operator has of the API, without the operator: its client, and its reflector of ServiceAccounts. */
export class Client {
  readonly api: ApiClient;
  /** What the reflector tells its cache, as lines. */
  readonly told = new Inbox<string>(patience);
  /** Why its sessions ended, and as they end. */
  readonly causes: string[] = [];
  readonly ended = new Inbox<string>(patience);
  readonly #namespace: string;
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;

  constructor(proxy: Proxy, namespace: string) {
    this.#namespace = namespace;
    this.api = new ApiClient({
      access: proxy.access,
      clock: systemClock,
      random: Math.random,
      userAgent: 'specs',
    });
  }

  /** Creates a ServiceAccount that the reflector sees; one try. */
  create(name: string, query: Record<string, string> = {}): Promise<unknown> {
    const path = `/api/v1/namespaces/${this.#namespace}/serviceaccounts`;
    return this.api.request({ method: 'POST', path, query, body: serviceAccount(name), idempotent: false });
  }

  watch(): void {
    this.#running = new Reflector({
      resource: resourceOf('ServiceAccount'),
      client: this.api,
      clock: hurried,
      random: Math.random,
      log: silentLog,
      restarted: (_kind, cause) => {
        this.causes.push(cause);
        this.ended.push(cause);
      },
      cache: {
        replace: (_kind, objects) => this.told.push(`replace ${names(objects)}`),
        take: (_kind, type, object) => this.told.push(`${type} ${names([object])}`),
        advance: () => undefined,
        absent: () => undefined,
      },
    }).run(this.#stop.signal);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    await this.api.close();
  }
}

export function serviceAccount(name: string) {
  const labels = { 'app.kubernetes.io/managed-by': 'hostedsite' };
  // The caches hold what a site controls; no controller runs here that would collect what has lost its owner.
  const site = { apiVersion: 'hostedsite.dev/v1alpha1', kind: 'HostedSite', name: 'shop', uid: 'shop' };
  const ownerReferences = [{ ...site, controller: true }];
  return { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, labels, ownerReferences } };
}

function names(objects: Iterable<RawObject>): string {
  return [...objects]
    .map(({ metadata }) => metadata.name)
    .sort()
    .join(' ');
}
