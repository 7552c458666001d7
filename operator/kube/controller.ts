import { setImmediate as breathe } from 'node:timers/promises';
import type { Log } from './log.ts';
import type { Outcome } from './outcome.ts';
import type { KindChange } from './cache.ts';
import type { Clock } from './clock.ts';
import type { SiteKey } from './cluster.ts';
import { ApiError, Conflict, NotLeader } from './errors.ts';
import { triggers } from './triggers.ts';
import type { Priority } from './turns.ts';
import type { WorkQueue } from './work-queue.ts';

export interface ControllerOptions {
  /** One pass over one site. Throwing means: again, later. */
  reconcile: (key: SiteKey, signal: AbortSignal) => Promise<Outcome>;
  queue: WorkQueue;
  /** Every site that the cache knows. */
  sites: () => readonly SiteKey[];
  /** Whether the site still exists; a site that is gone is not looked at again. */
  exists: (key: SiteKey) => boolean;
  /** Whether this process looks after the site (its shard). */
  mine: (key: SiteKey) => boolean;
  clock: Clock;
  random: () => number;
  log: Log;
  /** Sites that are worked on at the same time; 16 unless said otherwise. */
  workers?: number;
  passed?: (result: PassResult, seconds: number) => void;
}

/** The first three are controller-runtime's names. */
export type PassResult = 'success' | 'requeue_after' | 'error' | 'stalled';

/** How long the first news waits for others, in milliseconds: one pass for all of it, not one for each. Repairs do not wait. */
const gathering = 250;
const hour = 3_600_000;
const resyncInterval = 10 * hour;
/** A site that waits is woken by the caches; this is the net below that, in milliseconds. */
const waitingInterval = 5 * 60_000;

/** Turns changes into keys, keys into passes, and outcomes into the time of the next pass. */
export class Controller {
  readonly #options: ControllerOptions;
  /** When the last worker that waits for its turn has it. */
  #turn = Promise.resolve();

  constructor(options: ControllerOptions) {
    this.#options = options;
  }

  /** Works from now on without leadership too: keys gather until workers run. */
  changed(change: KindChange, initial: boolean): void {
    const { queue, mine, sites } = this.#options;
    for (const { key, priority, calm } of triggers(change, initial, sites)) {
      if (!mine(key)) continue;
      if (calm) queue.addAfter(key, gathering, priority);
      else queue.add(key, priority);
    }
  }

  /** Sites that something concerns which is no part of them. */
  reconsider(keys: readonly SiteKey[], priority: Priority): void {
    const { queue, mine } = this.#options;
    for (const key of keys) if (mine(key)) queue.add(key, priority);
  }

  /** Runs workers until the signal aborts, then waits for the passes that are under way. */
  async run(signal: AbortSignal): Promise<void> {
    const { queue, workers = 16 } = this.#options;
    const stop = (): void => queue.stop();
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    await Promise.all(Array.from({ length: workers }, () => this.#work(signal)));
  }

  async #work(signal: AbortSignal): Promise<void> {
    const { queue } = this.#options;
    for (let key = await queue.take(); key !== undefined; key = await queue.take()) {
      try {
        await this.#pass(key, signal);
      } finally {
        queue.done(key);
      }
      await this.#nextTurn();
    }
  }

  /**
   * A pass over a site that needs nothing waits for nothing, so thousands of them would hold up all answers and timers, the
   * renewal of the lease among them. One worker goes on in each turn of the event loop.
   */
  #nextTurn(): Promise<void> {
    this.#turn = this.#turn.then(() => breathe());
    return this.#turn;
  }

  async #pass(key: SiteKey, signal: AbortSignal): Promise<void> {
    const { clock, reconcile, passed } = this.#options;
    const startedAt = clock.monotonic();
    let result: PassResult;
    try {
      result = this.#settle(key, await reconcile(key, signal));
    } catch (error) {
      result = 'error';
      this.#failed(key, error);
    }
    passed?.(result, (clock.monotonic() - startedAt) / 1000);
  }

  /** The one place that turns an outcome into the next look. */
  #settle(key: SiteKey, outcome: Outcome): PassResult {
    this.#options.queue.forget(key);
    if (!this.#options.exists(key)) return 'success';
    switch (outcome.kind) {
      case 'settled':
        this.#again(key, outcome.recheckAt);
        return outcome.recheckAt === undefined ? 'success' : 'requeue_after';
      case 'waiting':
        this.#again(key, outcome.recheckAt, this.#jittered(waitingInterval));
        return 'requeue_after';
      case 'stalled':
        this.#again(key, outcome.recheckAt);
        return 'stalled';
    }
  }

  #again(key: SiteKey, at: Date | undefined, otherwise = Infinity): void {
    const { clock, queue } = this.#options;
    const asked = at === undefined ? otherwise : Math.max(0, at.getTime() - clock.wall());
    const resync = this.#jittered(resyncInterval);
    if (asked < resync) queue.addAfter(key, asked, 'drift');
    else queue.addAfter(key, resync, 'resync');
  }

  /** 90 % to 110 % of an interval, so that thousands of sites do not come at once. */
  #jittered(interval: number): number {
    return interval * (0.9 + 0.2 * this.#options.random());
  }

  #failed(key: SiteKey, error: unknown): void {
    const { log, queue } = this.#options;
    const data = { site: key, error: error instanceof Error ? error.message : String(error) };
    const expected = error instanceof Conflict || error instanceof NotLeader;
    if (expected) log.debug('pass to be repeated', data);
    else log.warn('pass failed', { ...data, stack: error instanceof ApiError ? undefined : stackOf(error) });
    queue.retry(key, error instanceof ApiError ? (error.retryAfterSeconds ?? 0) * 1000 : 0);
  }
}

function stackOf(error: unknown): string | undefined {
  return error instanceof Error ? error.stack : undefined;
}
