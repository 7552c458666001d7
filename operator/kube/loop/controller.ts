import { setImmediate as breathe } from 'node:timers/promises';
import type { KindChange } from '../watch/cache.ts';
import type { Clock } from '../clock.ts';
import { ApiError, Conflict, NotLeader } from '../errors.ts';
import { splitKey } from '../key.ts';
import type { Key } from '../key.ts';
import type { Log } from '../log.ts';
import type { Lookup, Loop, Wake } from './loop.ts';
import { gone, waiting } from '../outcome.ts';
import type { Outcome } from '../outcome.ts';
import type { Priority } from '../turns.ts';
import { WorkQueue } from './work-queue.ts';
import type { QueueOptions } from './work-queue.ts';

export interface ControllerOptions extends LoopHooks {
  loop: Loop;
  clock: Clock;
  random: () => number;
  log: Log;
  /** How much is seen of a namespace: a pass over what is seen in part would take the rest for absent. */
  sees?: (namespace: string) => 'all' | 'not-yet' | 'never';
}

/** Where a loop is measured. */
export interface LoopHooks extends Pick<QueueOptions, 'added' | 'taken' | 'retried'> {
  passed?: (result: PassResult, seconds: number) => void;
}

/** The first three are controller-runtime's names. */
export type PassResult = 'success' | 'requeue_after' | 'error' | 'stalled';

/** Milliseconds, at most, until the next look at a key whose namespace is not seen. */
const untilSeen = 30_000;
/** Of a loop's workers: one namespace leaves the others to the rest. */
const largestShare = 3 / 4;

/** Runs one loop: turns changes into keys, keys into passes, and outcomes into the time of the next pass. */
export class Controller {
  readonly loop: Loop;
  readonly queue: WorkQueue;
  readonly #options: ControllerOptions;
  /** When the last worker that waits for its turn has it. */
  #turn = Promise.resolve();

  constructor(options: ControllerOptions) {
    this.#options = options;
    this.loop = options.loop;
    const mostOfNamespace = Math.ceil(this.loop.timing.workers * largestShare);
    this.queue = new WorkQueue({ ...options, mostOfNamespace });
  }

  /** Works from now on without leadership too: keys gather until workers run. */
  changed(change: KindChange, lookup: Lookup): void {
    this.#add(this.loop.wakes(change, lookup));
  }

  kindChanged(kind: string, lookup: Lookup): void {
    this.#add(this.loop.wakesOfKind(kind, lookup));
  }

  /** For what is no change in the cluster. */
  wake(key: Key, priority: Priority): void {
    this.queue.add(key, priority);
  }

  /** Runs workers until the signal aborts, then waits for the passes that are under way. */
  async run(signal: AbortSignal): Promise<void> {
    const { first, timing } = this.loop;
    const stop = (): void => this.queue.stop();
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    for (const key of first) this.queue.add(key, 'resync');
    await Promise.all(Array.from({ length: timing.workers }, () => this.#work(signal)));
  }

  #add(wakes: readonly Wake[]): void {
    for (const { key, priority, canWait } of wakes) {
      if (canWait) this.queue.addAfter(key, this.loop.timing.gather, priority);
      else this.queue.add(key, priority);
    }
  }

  async #work(signal: AbortSignal): Promise<void> {
    const { queue } = this;
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
   * A pass over a key that needs nothing waits for nothing, so thousands of them would hold up all answers and timers, the
   * renewal of the lease among them. One worker goes on in each turn of the event loop.
   */
  #nextTurn(): Promise<void> {
    this.#turn = this.#turn.then(() => breathe());
    return this.#turn;
  }

  async #pass(key: Key, signal: AbortSignal): Promise<void> {
    const { clock, passed } = this.#options;
    const startedAt = clock.monotonic();
    let result: PassResult;
    try {
      result = this.#settle(key, this.#unseen(key) ?? (await this.loop.reconcile(key, signal)));
    } catch (error) {
      result = 'error';
      this.#failed(key, error);
    }
    passed?.(result, (clock.monotonic() - startedAt) / 1000);
  }

  #unseen(key: Key): Outcome | undefined {
    const { sees, clock } = this.#options;
    const sight = sees?.(splitKey(key).namespace) ?? 'all';
    if (sight === 'all') return undefined;
    return sight === 'never'
      ? gone()
      : waiting('NamespaceNotSeen', new Date(clock.wall() + untilSeen * this.#options.random()));
  }

  /** The one place that turns an outcome into the next look. */
  #settle(key: Key, outcome: Outcome): PassResult {
    this.queue.forget(key);
    switch (outcome.kind) {
      case 'settled':
        this.#again(key, outcome.recheckAt);
        return outcome.recheckAt === undefined ? 'success' : 'requeue_after';
      case 'waiting':
        this.#again(key, outcome.recheckAt, this.#jittered(this.loop.timing.waiting));
        return 'requeue_after';
      case 'stalled':
        this.#again(key, outcome.recheckAt);
        return 'stalled';
      case 'gone':
        return 'success';
    }
  }

  #again(key: Key, at: Date | undefined, otherwise = Infinity): void {
    const { queue } = this;
    const { clock } = this.#options;
    const asked = at === undefined ? otherwise : Math.max(0, at.getTime() - clock.wall());
    const resync = this.#jittered(this.loop.timing.resync);
    if (asked < resync) queue.addAfter(key, asked, 'drift');
    else queue.addAfter(key, resync, 'resync');
  }

  /** 90 % to 110 % of an interval, so that thousands of keys do not come at once. */
  #jittered(interval: number): number {
    return interval * (0.9 + 0.2 * this.#options.random());
  }

  #failed(key: Key, error: unknown): void {
    const { log } = this.#options;
    const data = { loop: this.loop.name, key, error: error instanceof Error ? error.message : String(error) };
    const expected = error instanceof Conflict || error instanceof NotLeader;
    if (expected) log.debug('pass to be repeated', data);
    else log.warn('pass failed', { ...data, stack: error instanceof ApiError ? undefined : stackOf(error) });
    this.queue.retry(key, error instanceof ApiError ? (error.retryAfterSeconds ?? 0) * 1000 : 0);
  }
}

function stackOf(error: unknown): string | undefined {
  return error instanceof Error ? error.stack : undefined;
}
