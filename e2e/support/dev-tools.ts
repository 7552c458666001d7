import type { Readable, Writable } from 'node:stream';

type Fields = Record<string, unknown>;

interface Answer {
  readonly id?: number;
  readonly result?: Fields;
  readonly error?: { readonly message: string };
}

interface Asked {
  readonly done: (result: Fields) => void;
  readonly failed: (error: Error) => void;
}

/** Chromium's DevTools protocol over two pipes: orders and answers as JSON, each ended by a zero byte. Events are not listened to. */
export class DevTools {
  readonly #orders: Writable;
  readonly #asked = new Map<number, Asked>();
  readonly #whyEnded: () => string;
  #last = 0;
  #text = '';

  constructor(orders: Writable, answers: Readable, whyEnded: () => string) {
    this.#orders = orders;
    this.#whyEnded = whyEnded;
    orders.on('error', () => this.#end());
    answers
      .setEncoding('utf8')
      .on('data', (chunk: string) => this.#read(chunk))
      .on('close', () => this.#end());
  }

  ask(method: string, params: Fields, sessionId?: string): Promise<Fields> {
    this.#last += 1;
    const id = this.#last;
    const order = { id, method, params, ...(sessionId === undefined ? {} : { sessionId }) };
    const answer = new Promise<Fields>((done, failed) => this.#asked.set(id, { done, failed }));
    if (this.#orders.destroyed) this.#end();
    else this.#orders.write(`${JSON.stringify(order)}\0`);
    return answer;
  }

  #read(chunk: string): void {
    const parts = (this.#text + chunk).split('\0');
    this.#text = parts.pop() ?? '';
    for (const part of parts) this.#take(JSON.parse(part) as Answer);
  }

  #take({ id = 0, result = {}, error }: Answer): void {
    const asked = this.#asked.get(id);
    this.#asked.delete(id);
    if (error === undefined) asked?.done(result);
    else asked?.failed(new Error(error.message));
  }

  #end(): void {
    for (const { failed } of this.#asked.values()) failed(new Error(this.#whyEnded()));
    this.#asked.clear();
  }
}
