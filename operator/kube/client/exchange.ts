import type { Dispatcher } from 'undici';

type Headers = Dispatcher.ResponseData['headers'];

/** An answer of which the head is there. */
export interface Answer {
  readonly statusCode: number;
  readonly headers: Headers;
  readonly body: { text(): Promise<string>; dump(): Promise<void> };
}

export interface ExchangeOptions {
  request: Dispatcher.DispatchOptions;
  signal: AbortSignal;
  /**
   * Called at the very moment at which the request goes out on its connection: after the wait for a free connection and for one to
   * be made. What it throws is the request's error, and nothing is sent.
   */
  start: () => void;
}

/** Sends a request and gathers its answer: half of what undici's own `request` costs, which makes a stream of it. */
export function exchange(dispatcher: Dispatcher, options: ExchangeOptions): Promise<Answer> {
  return new Promise((resolve, reject) => {
    options.signal.throwIfAborted();
    dispatcher.dispatch(options.request, new Exchange(options, resolve, reject));
  });
}

class Exchange implements Dispatcher.DispatchHandler {
  readonly #options: ExchangeOptions;
  readonly #answered: (answer: Answer) => void;
  readonly #chunks: Buffer[] = [];
  /** Of the head until that is there, then of the body. */
  #failed: (error: Error) => void;
  #gathered: (text: string) => void = () => undefined;
  #controller: Dispatcher.DispatchController | undefined;
  /** At once, also while the request waits for its connection, which undici tells nobody of. */
  readonly #abort = (): void => {
    const reason = this.#options.signal.reason as Error;
    this.#leave();
    this.#failed(reason);
    this.#controller?.abort(reason);
  };

  constructor(options: ExchangeOptions, answered: (answer: Answer) => void, failed: (error: Error) => void) {
    this.#options = options;
    this.#answered = answered;
    this.#failed = failed;
    options.signal.addEventListener('abort', this.#abort);
  }

  /** What undici calls right before it writes, in the same turn. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    const { signal, start } = this.#options;
    signal.throwIfAborted();
    start();
    this.#controller = controller;
  }

  onResponseStart(_: Dispatcher.DispatchController, statusCode: number, headers: Headers): void {
    // More is to come.
    if (statusCode < 200) return;
    const text = new Promise<string>((resolve, reject) => {
      this.#gathered = resolve;
      this.#failed = reject;
    });
    // Whoever asks for it is told.
    const ended = text.then(
      () => undefined,
      () => undefined,
    );
    this.#answered({ statusCode, headers, body: { text: () => text, dump: () => ended } });
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    this.#leave();
    this.#gathered(Buffer.concat(this.#chunks).toString('utf8'));
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#leave();
    this.#failed(error);
  }

  #leave(): void {
    this.#options.signal.removeEventListener('abort', this.#abort);
  }
}
