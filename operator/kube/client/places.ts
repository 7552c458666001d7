import { Turns } from '../turns.ts';
import type { Priority } from '../turns.ts';

/**
 * A limited number of places. Namespaces take turns for them, so a thousand requests of one do not delay those of another; within
 * a namespace the most urgent comes first, so those of one loop do not delay those of another either.
 */
export class Places {
  readonly #waiting = new Turns<() => void>();
  #free: number;

  constructor(count: number) {
    this.#free = count;
  }

  /** Resolves to what gives the place back, once; rejects with the signal's reason when that aborts before. */
  async take(namespace: string, signal: AbortSignal, priority: Priority = 'drift'): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#free > 0) this.#free -= 1;
    else await this.#turn(namespace, signal, priority);
    return () => this.#giveBack();
  }

  #turn(namespace: string, signal: AbortSignal, priority: Priority): Promise<void> {
    return new Promise((resolve, reject) => {
      const give = (): void => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = (): void => {
        this.#waiting.remove(namespace, give);
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', leave, { once: true });
      this.#waiting.add(namespace, give, priority);
    });
  }

  #giveBack(): void {
    const give = this.#waiting.next();
    if (give === undefined) this.#free += 1;
    else give();
  }
}
