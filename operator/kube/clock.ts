import { setTimeout as timer } from 'node:timers';

/** Time, so that specs can hold it still. */
export interface Clock {
  /** Milliseconds since the epoch: for what people read and for the API. */
  wall(): number;
  /** Milliseconds that only grow, also while the process is stopped: for measuring. */
  monotonic(): number;
  /** Calls back once after so many milliseconds, unless the returned function is called first. */
  after(milliseconds: number, callback: () => void): () => void;
}

/** The longest delay that Node's timers can hold, in milliseconds; longer ones would fire at once. */
const longest = 2 ** 31 - 1;

export const systemClock: Clock = {
  wall: () => Date.now(),
  monotonic: () => performance.now(),
  after(milliseconds, callback) {
    const handle = timer(callback, Math.min(Math.max(milliseconds, 0), longest));
    return () => clearTimeout(handle);
  },
};

/** Resolves after the delay, or at once when the signal aborts: callers look at the signal afterwards. */
export function pause(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const cancel = clock.after(milliseconds, finish);
    signal.addEventListener('abort', finish);
    function finish(): void {
      cancel();
      signal.removeEventListener('abort', finish);
      resolve();
    }
  });
}

/** What the work comes to, or the signal's reason as soon as it aborts; the work's own end is then dropped. */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void =>
      reject(signal.reason instanceof Error ? signal.reason : new Error('aborted', { cause: signal.reason }));
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort);
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** A signal that aborts with `reason` after a time without a call of `renew`, or with the outer signal's reason. */
export interface Deadline {
  readonly signal: AbortSignal;
  renew(milliseconds: number): void;
  /** Must be called when the work is over, else the timer stays. */
  clear(): void;
}

export function deadline(
  clock: Clock,
  milliseconds: number,
  reason: () => Error,
  outer?: AbortSignal,
): Deadline {
  const controller = new AbortController();
  let cancel = clock.after(milliseconds, expire);
  const forward = (): void => controller.abort(outer?.reason);
  if (outer?.aborted === true) forward();
  outer?.addEventListener('abort', forward);
  function expire(): void {
    controller.abort(reason());
  }
  return {
    signal: controller.signal,
    renew(next) {
      cancel();
      cancel = clock.after(next, expire);
    },
    clear() {
      cancel();
      outer?.removeEventListener('abort', forward);
    },
  };
}

/** Milliseconds to wait before try number `failures` (from 1): full jitter between `floor` and a ceiling that doubles. */
export function backOff(failures: number, floor: number, ceiling: number, random: () => number): number {
  const top = Math.min(ceiling, floor * 2 ** Math.min(failures, 30));
  return floor + random() * (top - floor);
}
