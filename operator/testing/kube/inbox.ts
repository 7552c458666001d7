import { expected } from './expected.ts';

/** Things that happen, for specs that wait for the next one instead of sleeping. */
export class Inbox<T> {
  readonly #limit: number | undefined;
  readonly #items: T[] = [];
  readonly #waiting: ((item: T) => void)[] = [];

  /** `limit`: real milliseconds to wait for one. */
  constructor(limit?: number) {
    this.#limit = limit;
  }

  push(item: T): void {
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#items.push(item);
    else waiting(item);
  }

  next(): Promise<T> {
    if (this.#items.length > 0) return Promise.resolve(this.#items.shift() as T);
    return expected(
      (resolve) => this.#waiting.push(resolve),
      () => 'nothing has happened',
      this.#limit,
    );
  }

  /** What has happened and nobody has asked for. */
  get rest(): readonly T[] {
    return this.#items;
  }
}
