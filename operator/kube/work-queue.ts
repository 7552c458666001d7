import { backOff } from './clock.ts';
import type { Clock } from './clock.ts';
import { splitKey } from './cluster.ts';
import type { SiteKey } from './cluster.ts';

/** A person waits for `user`; `drift` is what the cluster did by itself; `resync` can wait. Always taken in this order. */
export type Priority = 'user' | 'drift' | 'resync';
export const priorities: readonly Priority[] = ['user', 'drift', 'resync'];

export interface QueueOptions {
  clock: Clock;
  random: () => number;
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

/**
 * Keys that need a pass. A key is in it once, is worked on by one worker, and comes again when something happened
 * meanwhile. Within a priority the namespaces take turns, so that one tenant's thousand changes do not hold up
 * another's single one.
 */
export class WorkQueue {
  readonly #options: QueueOptions;
  readonly #lanes: Readonly<Record<Priority, Lane>> = {
    user: new Lane(),
    drift: new Lane(),
    resync: new Lane(),
  };
  readonly #queued = new Map<SiteKey, Queued>();
  readonly #running = new Map<SiteKey, number>();
  /** Keys that something happened to while they were worked on. */
  readonly #dirty = new Map<SiteKey, Queued>();
  readonly #timers = new Map<SiteKey, { at: number; cancel: () => void }>();
  readonly #failures = new Map<SiteKey, number>();
  #waiting: ((key: SiteKey | undefined) => void)[] = [];
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

  add(key: SiteKey, priority: Priority): void {
    if (this.#stopped) return;
    const known = this.#running.has(key) ? this.#dirty : this.#queued;
    const entry = known.get(key);
    if (entry === undefined) this.#options.added?.();
    const since = entry?.since ?? this.#options.clock.monotonic();
    const raised = entry === undefined || rank(priority) < rank(entry.priority);
    if (!raised) return;
    if (known === this.#dirty) this.#dirty.set(key, { priority, since });
    else this.#enqueue(key, { priority, since });
  }

  /** Adds the key later, unless it has its turn before; the earliest of several such calls counts. */
  addAfter(key: SiteKey, milliseconds: number, priority: Priority): void {
    if (this.#stopped) return;
    const at = this.#options.clock.monotonic() + milliseconds;
    const known = this.#timers.get(key);
    if (known !== undefined && known.at <= at) return;
    known?.cancel();
    const cancel = this.#options.clock.after(milliseconds, () => {
      this.#timers.delete(key);
      this.add(key, priority);
    });
    this.#timers.set(key, { at, cancel });
  }

  /** After a failure: later and later, never sooner than the server asked for. */
  retry(key: SiteKey, atLeast = 0): void {
    const failures = (this.#failures.get(key) ?? 0) + 1;
    this.#failures.set(key, failures);
    this.#options.retried?.();
    const wait = backOff(failures, backOffFloor, backOffCeiling, this.#options.random);
    this.addAfter(key, Math.max(wait, atLeast), 'drift');
  }

  /** After a success: the next failure is a first one again. */
  forget(key: SiteKey): void {
    this.#failures.delete(key);
  }

  /** The next key, as soon as there is one; undefined after `stop`. Must be followed by `done`. */
  take(): Promise<SiteKey | undefined> {
    if (this.#stopped) return Promise.resolve(undefined);
    const key = this.#next();
    if (key !== undefined) return Promise.resolve(key);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  done(key: SiteKey): void {
    this.#running.delete(key);
    const again = this.#dirty.get(key);
    this.#dirty.delete(key);
    if (again !== undefined && !this.#stopped) this.#enqueue(key, again);
  }

  stop(): void {
    this.#stopped = true;
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
    for (const resolve of this.#waiting.splice(0)) resolve(undefined);
  }

  #enqueue(key: SiteKey, entry: Queued): void {
    const before = this.#queued.get(key);
    if (before !== undefined) this.#lanes[before.priority].remove(key);
    this.#queued.set(key, entry);
    this.#lanes[entry.priority].add(key);
    const worker = this.#waiting.shift();
    worker?.(this.#next());
  }

  #next(): SiteKey | undefined {
    for (const priority of priorities) {
      const key = this.#lanes[priority].shift();
      if (key === undefined) continue;
      const now = this.#options.clock.monotonic();
      const waited = now - (this.#queued.get(key)?.since ?? now);
      this.#queued.delete(key);
      this.#running.set(key, now);
      // The pass that begins now decides itself when to look again.
      this.#timers.get(key)?.cancel();
      this.#timers.delete(key);
      this.#options.taken?.(priority, waited);
      return key;
    }
    return undefined;
  }
}

/** Keys of one priority: namespaces in turn, within each first come, first served. */
class Lane {
  readonly #namespaces = new Map<string, Set<SiteKey>>();

  add(key: SiteKey): void {
    const { namespace } = splitKey(key);
    const keys = this.#namespaces.get(namespace);
    if (keys === undefined) this.#namespaces.set(namespace, new Set([key]));
    else keys.add(key);
  }

  remove(key: SiteKey): void {
    const { namespace } = splitKey(key);
    const keys = this.#namespaces.get(namespace);
    keys?.delete(key);
    if (keys?.size === 0) this.#namespaces.delete(namespace);
  }

  shift(): SiteKey | undefined {
    for (const [namespace, keys] of this.#namespaces) {
      for (const key of keys) {
        keys.delete(key);
        // To the end of the line of namespaces, if it has more.
        this.#namespaces.delete(namespace);
        if (keys.size > 0) this.#namespaces.set(namespace, keys);
        return key;
      }
    }
    return undefined;
  }
}

function rank(priority: Priority): number {
  return priorities.indexOf(priority);
}
