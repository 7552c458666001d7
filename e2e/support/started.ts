import { after } from 'mocha';

/**
 * Who owns what hooks and tests start. A hook that times out is left alone with what it has begun: that goes on, and may
 * start the next process when its suite is long over. So whatever is started is registered when its start begins, and not
 * when it has come to its end.
 */
export class Started {
  readonly #over = new AbortController();
  readonly #ends: (() => Promise<void>)[] = [];

  /**
   * Starts something, which `end` stops. After `end` nothing is started any more; a start that is under way then hears of
   * it by the signal, and what it brings all the same is stopped at once.
   */
  async start<T>(begin: (over: AbortSignal) => T | Promise<T>, stop: (it: T) => unknown): Promise<T> {
    this.#over.signal.throwIfAborted();
    const started = (async () => begin(this.#over.signal))();
    this.#ends.push(async () => {
      const it = await started.then(
        (value) => ({ value }),
        () => undefined,
      );
      if (it !== undefined) await stop(it.value);
    });
    return started;
  }

  /** The same for what knows how to stop itself. */
  run<T extends { stop(): Promise<unknown> }>(begin: (over: AbortSignal) => T | Promise<T>): Promise<T> {
    return this.start(begin, (it) => it.stop());
  }

  /** Stops all, the last one first, each whatever became of the others; fails with the first failure. */
  async end(): Promise<void> {
    this.#over.abort(new Error('the tests that wanted it are over'));
    const failures: unknown[] = [];
    for (const end of this.#ends.splice(0).reverse())
      await end().catch((error: unknown) => void failures.push(error));
    if (failures.length > 0) throw failures[0];
  }
}

/** To be called in a `describe`: what is started by it is stopped after its tests, whatever became of them and of its hooks. */
export function started(): Started {
  const all = new Started();
  after(() => all.end());
  return all;
}
