import type { ApiClient } from '../client/api-client.ts';
import type { Cache } from './cache.ts';
import type { Cause } from './causes.ts';
import { backOff, pause } from '../clock.ts';
import type { Clock } from '../clock.ts';
import { definition } from './definition.ts';
import type { Log } from '../log.ts';
import { listed } from '../client/pages.ts';
import { Reflector } from './reflector.ts';
import type { Resource } from '../resources.ts';
import { newer } from './store.ts';

export interface WatchesOptions {
  client: Pick<ApiClient, 'request' | 'stream'>;
  cache: Cache;
  clock: Clock;
  random: () => number;
  log: Log;
  /** The operator's own namespace. */
  home?: string;
  restarted?: (kind: string, cause: Cause) => void;
  received?: (kind: string, bytes: number) => void;
}

/** The reflectors of every kind that a cache holds. */
export class Watches {
  readonly #options: WatchesOptions;
  readonly #reflectors: readonly Reflector[];
  #told = false;
  readonly #synced: Promise<void>;
  #resolve: () => void = () => undefined;

  constructor(options: WatchesOptions) {
    const { cache } = options;
    this.#options = options;
    this.#synced = new Promise((resolve) => (this.#resolve = resolve));
    const sink = {
      take: cache.take.bind(cache),
      advance: cache.advance.bind(cache),
      replace: (...content: Parameters<Cache['replace']>): void => {
        cache.replace(...content);
        queueMicrotask(() => this.#look());
      },
      absent: (kind: string): void => {
        cache.absent(kind);
        queueMicrotask(() => this.#look());
      },
    };
    this.#reflectors = cache.resources.map(
      (resource) => new Reflector({ ...options, resource, cache: sink, ...definition(resource, cache) }),
    );
  }

  /** Ends only when the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#reflectors.map((reflector) => reflector.run(signal)));
  }

  /** Whether every kind was read whole at least once. */
  get inSync(): boolean {
    return this.#reflectors.every((reflector) => reflector.synced);
  }

  /** Resolves when every kind was read whole. */
  whenInSync(): Promise<void> {
    return this.#synced;
  }

  /**
   * Reads a kind as it is at this moment: a watch may lag, or have died without a word up to 70 s ago. Resolves when the
   * cache is not older than the call, or the signal aborts; what the watch then tells again is ignored.
   */
  async catchUp(kind: string, signal: AbortSignal): Promise<void> {
    const { client, cache, clock, random, log, home } = this.#options;
    for (let failures = 1; !signal.aborted; failures += 1) {
      try {
        const { items, version } = await listed(cache.resource(kind), { client, signal, home });
        // While the list was on its way the watch may have told more than it holds.
        if (newer(version, cache.seen(kind))) cache.replace(kind, items, version);
        return;
      } catch (error) {
        log.warn('not caught up', { kind, error: error instanceof Error ? error.message : String(error) });
        await pause(clock, backOff(failures, 500, 30_000, random), signal);
      }
    }
  }

  /** Kinds that have to be there and of which the cluster has no definition. */
  notInstalled(): Resource[] {
    return this.#reflectors.filter(({ isInstalled }) => !isInstalled).map(({ resource }) => resource);
  }

  /** Milliseconds since each kind's server last told anything. */
  staleness(): { kind: string; milliseconds: number }[] {
    return this.#reflectors.map((reflector) => ({
      kind: reflector.resource.kind,
      milliseconds: reflector.staleness(),
    }));
  }

  #look(): void {
    if (this.#told || !this.inSync) return;
    this.#told = true;
    this.#resolve();
  }
}
