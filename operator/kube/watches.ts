import type { Log } from '../observability/logger.ts';
import type { ApiClient } from './api-client.ts';
import type { Cache } from './cache.ts';
import type { Clock } from './clock.ts';
import { Reflector } from './reflector.ts';
import type { Cause } from './causes.ts';
import type { CachedKind } from './resources.ts';

export interface WatchesOptions {
  client: Pick<ApiClient, 'request' | 'stream'>;
  cache: Cache;
  clock: Clock;
  random: () => number;
  log: Log;
  restarted?: (kind: CachedKind, cause: Cause) => void;
  received?: (kind: CachedKind, bytes: number) => void;
}

/** The reflectors of every kind that a cache holds. */
export class Watches {
  readonly #reflectors: readonly Reflector[];
  #told = false;
  readonly #synced: Promise<void>;
  #resolve: () => void = () => undefined;

  constructor({ cache, ...options }: WatchesOptions) {
    this.#synced = new Promise((resolve) => (this.#resolve = resolve));
    const sink = {
      take: cache.take.bind(cache),
      advance: cache.advance.bind(cache),
      replace: (...content: Parameters<Cache['replace']>): void => {
        cache.replace(...content);
        queueMicrotask(() => this.#look());
      },
    };
    this.#reflectors = cache.kinds.map((kind) => new Reflector({ ...options, kind, cache: sink }));
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

  /** Milliseconds since each kind's server last told anything. */
  staleness(): { kind: CachedKind; milliseconds: number }[] {
    return this.#reflectors.map((reflector) => ({
      kind: reflector.kind,
      milliseconds: reflector.staleness(),
    }));
  }

  #look(): void {
    if (this.#told || !this.inSync) return;
    this.#told = true;
    this.#resolve();
  }
}
