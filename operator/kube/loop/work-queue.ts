import { backOff } from '../clock.ts';
import type { Clock } from '../clock.ts';
import { splitKey } from '../key.ts';
import type { Key } from '../key.ts';
import { Turns, priorities } from '../turns.ts';
import type { Priority } from '../turns.ts';

export interface QueueOptions {
  clock: Clock;
  random: () => number;
  /** Keys of one namespace that are worked on at the same time; as many as there are workers unless said otherwise. */
  mostOfNamespace?: number;
  added?: () => void;
  /** Milliseconds between the first `add` of a key and its turn. */
  taken?: (priority: Priority, waited: number) => void;
  retried?: () => void;
}

/** Waiting time after the first and after many failures, in milliseconds. */
const backOffFloor = 250;
const backOffCeiling = 5 * 60_000;

interface Queued {
  priority: Priority;
  since: number;
}

interface Timer {
  at: number;
  priority: Priority;
  cancel: () => void;
}

/**
 * Keys that need a pass. A key is in it once, is worked on by one worker, and comes again when something happened
 * meanwhile. Whose turn it is, `turns.ts` says.
 */
export class WorkQueue {
  readonly #options: QueueOptions;
  readonly #turns = new Turns<Key>();
  readonly #queued = new Map<Key, Queued>();
  readonly #running = new Map<Key, number>();
  /** Keys that something happened to while they were worked on. */
  readonly #dirty = new Map<Key, Queued>();
  readonly #timers = new Map<Key, Timer>();
  readonly #failures = new Map<Key, number>();
  /** Keys that are worked on, by namespace. */
  readonly #crowd = new Map<string, number>();
  #waiting: ((key: Key | undefined) => void)[] = [];
  #stopped = false;

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  /** Keys that could be worked on now. */
  get depth(): number {
    return this.#queued.size;
  }

  get running(): number {
    return this.#running.size;
  }

  /** Milliseconds since each running key was taken. */
  runningFor(): number[] {
    return [...this.#running.values()].map((since) => this.#options.clock.monotonic() - since);
  }

  add(key: Key, priority: Priority): void {
    if (this.#stopped) return;
    const known = this.#running.has(key) ? this.#dirty : this.#queued;
    const entry = known.get(key);
    if (entry === undefined) this.#options.added?.();
    else if (moreUrgent(entry.priority, priority) === entry.priority) return;
    const since = entry?.since ?? this.#options.clock.monotonic();
    if (known === this.#dirty) this.#dirty.set(key, { priority, since });
    else this.#enqueue(key, { priority, since });
  }

  /** Adds the key later, unless it has its turn before; of several such calls the earliest time and the most urgent priority count. */
  addAfter(key: Key, milliseconds: number, priority: Priority): void {
    if (this.#stopped) return;
    const at = this.#options.clock.monotonic() + milliseconds;
    const known = this.#timers.get(key);
    const urgency = moreUrgent(known?.priority ?? 'resync', priority);
    if (known !== undefined && known.at <= at) {
      known.priority = urgency;
      return;
    }
    known?.cancel();
    const cancel = this.#options.clock.after(milliseconds, () => {
      this.#timers.delete(key);
      this.add(key, timer.priority);
    });
    const timer: Timer = { at, priority: urgency, cancel };
    this.#timers.set(key, timer);
  }

  /** After a failure: later and later, by itself not sooner than the server asked for. News brings it sooner. */
  retry(key: Key, atLeast = 0): void {
    const failures = (this.#failures.get(key) ?? 0) + 1;
    this.#failures.set(key, failures);
    this.#options.retried?.();
    const wait = backOff(failures, backOffFloor, backOffCeiling, this.#options.random);
    this.addAfter(key, Math.max(wait, atLeast), 'drift');
  }

  /** After a success: the next failure is a first one again. */
  forget(key: Key): void {
    this.#failures.delete(key);
  }

  /** The next key, as soon as there is one; undefined after `stop`. Must be followed by `done`. */
  take(): Promise<Key | undefined> {
    if (this.#stopped) return Promise.resolve(undefined);
    const key = this.#next();
    if (key !== undefined) return Promise.resolve(key);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  done(key: Key): void {
    this.#running.delete(key);
    this.#count(key, -1);
    const again = this.#dirty.get(key);
    this.#dirty.delete(key);
    if (again !== undefined && !this.#stopped) this.#enqueue(key, again);
    this.#serve();
  }

  stop(): void {
    this.#stopped = true;
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
    for (const resolve of this.#waiting.splice(0)) resolve(undefined);
  }

  #enqueue(key: Key, entry: Queued): void {
    const { namespace } = splitKey(key);
    this.#queued.set(key, entry);
    this.#turns.add(namespace, key, entry.priority);
    this.#serve();
  }

  /** Gives workers that wait what they may have, the one that has waited longest first. */
  #serve(): void {
    while (this.#waiting.length > 0) {
      const key = this.#next();
      if (key === undefined) return;
      this.#waiting.shift()?.(key);
    }
  }

  #next(): Key | undefined {
    const { clock, mostOfNamespace = Infinity, taken } = this.#options;
    const key = this.#turns.next((namespace) => (this.#crowd.get(namespace) ?? 0) < mostOfNamespace);
    const entry = key === undefined ? undefined : this.#queued.get(key);
    if (key === undefined || entry === undefined) return undefined;
    const now = clock.monotonic();
    this.#queued.delete(key);
    this.#running.set(key, now);
    this.#count(key, 1);
    // The pass that begins now decides itself when to look again.
    this.#timers.get(key)?.cancel();
    this.#timers.delete(key);
    taken?.(entry.priority, now - entry.since);
    return key;
  }

  #count(key: Key, change: 1 | -1): void {
    const { namespace } = splitKey(key);
    const count = (this.#crowd.get(namespace) ?? 0) + change;
    if (count > 0) this.#crowd.set(namespace, count);
    else this.#crowd.delete(namespace);
  }
}

function moreUrgent(a: Priority, b: Priority): Priority {
  return priorities.indexOf(b) < priorities.indexOf(a) ? b : a;
}
