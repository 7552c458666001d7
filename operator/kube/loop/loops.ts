import type { Cache } from '../watch/cache.ts';
import type { Controller } from './controller.ts';
import type { Lookup } from './loop.ts';
import type { Watches } from '../watch/watches.ts';

export interface LoopsOptions {
  cache: Pick<Cache, 'onChange' | 'onKind'>;
  watches: Pick<Watches, 'inSync' | 'whenInSync' | 'catchUp'>;
  cluster: Lookup['cluster'];
  controllers: readonly Controller[];
}

/** All loops over one cache. From the beginning each hears of every change, without leadership too: keys gather. */
export class Loops {
  readonly #options: LoopsOptions;

  constructor(options: LoopsOptions) {
    this.#options = options;
    const { cache, watches, cluster, controllers } = options;
    const lookup = (): Lookup => ({ cluster, initial: !watches.inSync });
    cache.onChange((change) => controllers.forEach((one) => one.changed(change, lookup())));
    cache.onKind((kind) => controllers.forEach((one) => one.kindChanged(kind, lookup())));
  }

  /** To be called when this process begins to lead. Ends when the signal aborts and the passes under way have ended. */
  async run(signal: AbortSignal): Promise<void> {
    const stopped = new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true });
      if (signal.aborted) resolve();
    });
    const reads = new Map<string, Promise<void>>();
    const runs = this.#options.controllers.map(async (one) => {
      await Promise.race([this.#current(one.loop.mustBeCurrent, reads, signal), stopped]);
      await one.run(signal);
    });
    await Promise.all(runs);
  }

  /**
   * A previous leader may have acted on newer objects than this standby has seen, and its work must not be undone.
   * Each kind is read once, for all loops that need it.
   */
  async #current(
    kinds: readonly string[],
    reads: Map<string, Promise<void>>,
    signal: AbortSignal,
  ): Promise<void> {
    const { watches } = this.#options;
    await watches.whenInSync();
    const read = (kind: string): Promise<void> => {
      const reading = reads.get(kind) ?? watches.catchUp(kind, signal);
      reads.set(kind, reading);
      return reading;
    };
    await Promise.all(kinds.map(read));
  }
}
