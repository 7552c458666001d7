import type { Clock } from './clock.ts';

/** A step of the wall clock, in milliseconds, that is none of those by which a clock is kept right. */
const step = 5_000;

/**
 * The wall clock, and for how long it has gone as evenly as the monotonic one. It is set, or the machine was stopped: then that begins
 * anew. Who decides by a time has read it here, so a step that nobody has read has decided nothing.
 */
export class EvenClock {
  readonly #clock: Pick<Clock, 'wall' | 'monotonic'>;
  #since: number;
  #offset: number;

  constructor(clock: Pick<Clock, 'wall' | 'monotonic'>) {
    this.#clock = clock;
    this.#since = clock.monotonic();
    this.#offset = clock.wall() - this.#since;
  }

  wall(): number {
    const [wall, monotonic] = [this.#clock.wall(), this.#clock.monotonic()];
    const offset = wall - monotonic;
    if (Math.abs(offset - this.#offset) > step) [this.#since, this.#offset] = [monotonic, offset];
    return wall;
  }

  /** Milliseconds; at most since it was made. */
  evenFor(): number {
    this.wall();
    return this.#clock.monotonic() - this.#since;
  }
}
