import type { ApiClient } from '../client/api-client.ts';
import type { Cache } from './cache.ts';
import type { Cause } from './causes.ts';
import { backOff, pause } from '../clock.ts';
import type { Clock } from '../clock.ts';
import { definition } from './definition.ts';
import type { Log } from '../log.ts';
import { listed } from '../client/pages.ts';
import { Forbidden } from '../errors.ts';
import { Reflector } from './reflector.ts';
import type { ReflectorOptions } from './reflector-options.ts';
import type { Scope } from './scopes.ts';
import type { Resource } from '../resources.ts';
import { newer } from './store.ts';

export interface WatchesOptions {
  client: Pick<ApiClient, 'request' | 'stream'>;
  cache: Cache;
  clock: Clock;
  random: () => number;
  log: Log;
  restarted?: (kind: string, cause: Cause) => void;
  received?: (kind: string, bytes: number) => void;
}

/** The reflectors of every kind that a cache holds. */
export class Watches {
  readonly #options: WatchesOptions;
  readonly #reflectors: readonly Reflector[];
  #reported = false;
  readonly #synced: Promise<void>;
  #resolve: () => void = () => undefined;

  constructor(options: WatchesOptions) {
    const { cache } = options;
    this.#options = options;
    this.#synced = new Promise((resolve) => (this.#resolve = resolve));
    const { home } = cache.view;
    this.#reflectors = cache.resources.flatMap((resource) =>
      cache.scopes(resource.kind).map((scope) => {
        const sink = this.#sink(scope);
        return new Reflector({ ...options, ...sink, ...scope, home, ...definition(resource, cache) });
      }),
    );
  }

  /** Ends only when the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#reflectors.map((reflector) => reflector.run(signal)));
  }

  /** Whether every kind was read whole at least once, wherever it may be looked at. */
  get inSync(): boolean {
    return this.#reflectors.every(({ synced, isShut }) => synced || isShut);
  }

  /** Whether all that there is to see of a namespace is seen; of one that nobody is to look at it never is. */
  sees(namespace: string): 'all' | 'not-yet' | 'never' {
    const inside = this.#reflectors.filter((one) => (one.namespace ?? namespace) === namespace);
    if (inside.length === 0) return 'never';
    return inside.every(({ synced, isShut }) => synced && !isShut) ? 'all' : 'not-yet';
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
    await Promise.all(this.#options.cache.scopes(kind).map((scope) => this.#caughtUp(scope, signal)));
  }

  async #caughtUp({ resource, namespace }: Scope, signal: AbortSignal): Promise<void> {
    const { client, cache, clock, random, log } = this.#options;
    const { kind } = resource;
    for (let failures = 1; !signal.aborted; failures += 1) {
      try {
        const { items, version } = await listed(resource, { client, signal, namespace, ...cache.view });
        // While the list was on its way the watch may have told more than it holds.
        if (newer(version, cache.seen(kind, namespace))) cache.replace(kind, items, version, namespace);
        return;
      } catch (error) {
        // No pass is made there before its watches see it again.
        if (namespace !== undefined && error instanceof Forbidden) return;
        log.warn('not caught up', { kind, error: error instanceof Error ? error.message : String(error) });
        await pause(clock, backOff(failures, 500, 30_000, random), signal);
      }
    }
  }

  /** Kinds that have to be there and of which the cluster has no definition. */
  notInstalled(): Resource[] {
    const missing = this.#reflectors.filter(({ isInstalled }) => !isInstalled);
    return [...new Set(missing.map(({ resource }) => resource))];
  }

  /** Milliseconds since each kind's server last told anything. */
  staleness(): { kind: string; milliseconds: number }[] {
    return [...Map.groupBy(this.#reflectors, ({ resource }) => resource.kind)].map(([kind, all]) => ({
      kind,
      milliseconds: Math.max(...all.map((reflector) => reflector.staleness())),
    }));
  }

  #sink({ namespace }: Scope): Pick<ReflectorOptions, 'cache' | 'restarted'> {
    const { cache, restarted } = this.#options;
    const look = (): void => queueMicrotask(() => this.#look());
    return {
      cache: {
        take: cache.take.bind(cache),
        advance: (kind, version) => cache.advance(kind, version, namespace),
        replace: (kind, objects, version) => {
          cache.replace(kind, objects, version, namespace);
          look();
        },
        absent: (kind) => {
          cache.absent(kind);
          look();
        },
      },
      restarted: (kind, cause) => {
        restarted?.(kind, cause);
        look();
      },
    };
  }

  #look(): void {
    if (this.#reported || !this.inSync) return;
    this.#reported = true;
    this.#resolve();
  }
}
