import type { Clock } from '../../kube/clock.ts';
import { expected } from './expected.ts';

interface Timer {
  at: number;
  callback: () => void;
}

/** A clock for specs: it moves only when told to. */
export class FakeClock implements Clock {
  readonly #start: number;
  #elapsed = 0;
  readonly #timers = new Set<Timer>();
  #waiting: { fits: (milliseconds: number) => boolean; resolve: () => void }[] = [];

  constructor(start = Date.UTC(2030, 0, 1)) {
    this.#start = start;
  }

  wall(): number {
    return this.#start + this.#elapsed;
  }

  monotonic(): number {
    return this.#elapsed;
  }

  after(milliseconds: number, callback: () => void): () => void {
    const timer = { at: this.#elapsed + milliseconds, callback };
    this.#timers.add(timer);
    const due = this.#waiting.filter((one) => one.fits(milliseconds));
    this.#waiting = this.#waiting.filter((one) => !due.includes(one));
    for (const one of due) one.resolve();
    return () => this.#timers.delete(timer);
  }

  /** Milliseconds from now of every timer that runs, soonest first. */
  pending(): number[] {
    return [...this.#timers].map((timer) => timer.at - this.#elapsed).sort((a, b) => a - b);
  }

  /** Resolves as soon as a timer with such a delay runs (also when it runs already). */
  timer(fits: (milliseconds: number) => boolean): Promise<void> {
    if (this.pending().some(fits)) return Promise.resolve();
    return expected(
      (resolve) => this.#waiting.push({ fits, resolve }),
      () => `no such timer is set, but [${this.pending().join(', ')}]`,
    );
  }

  /** Moves time, firing what falls due in order; promises that wait on a timer go on before the next one fires. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.#elapsed + milliseconds;
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#timers.delete(next);
      this.#elapsed = Math.max(this.#elapsed, next.at);
      next.callback();
      await settled();
    }
    this.#elapsed = end;
    await settled();
  }

  /** Moves time while nothing runs, as for a process that is stopped: what fell due fires at the next `advance`. */
  skip(milliseconds: number): void {
    this.#elapsed += milliseconds;
  }

  #next(end: number): Timer | undefined {
    return [...this.#timers].filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
  }
}

/** Lets every promise that can go on without I/O go on. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
