import type { Dispatcher } from 'undici';

/**
 * A dispatcher that asks at the very moment at which a request goes out on its connection: after the wait for a
 * free connection and for one to be made. What `ask` throws is the request's error, and nothing is sent.
 */
export function gated(dispatcher: Dispatcher, ask: () => void): Dispatcher {
  return dispatcher.compose((dispatch) => (options, handler) => dispatch(options, new Gate(handler, ask)));
}

/** Hands everything on; `onRequestStart` is what undici calls right before it writes, in the same turn. */
class Gate implements Dispatcher.DispatchHandler {
  readonly #handler: Dispatcher.DispatchHandler;
  readonly #ask: () => void;

  constructor(handler: Dispatcher.DispatchHandler, ask: () => void) {
    this.#handler = handler;
    this.#ask = ask;
  }

  onRequestStart(...told: Parameters<Required<Dispatcher.DispatchHandler>['onRequestStart']>): void {
    this.#ask();
    this.#handler.onRequestStart?.(...told);
  }

  onResponseStart(...told: Parameters<Required<Dispatcher.DispatchHandler>['onResponseStart']>): void {
    this.#handler.onResponseStart?.(...told);
  }

  onResponseData(...told: Parameters<Required<Dispatcher.DispatchHandler>['onResponseData']>): void {
    this.#handler.onResponseData?.(...told);
  }

  onResponseEnd(...told: Parameters<Required<Dispatcher.DispatchHandler>['onResponseEnd']>): void {
    this.#handler.onResponseEnd?.(...told);
  }

  onResponseError(...told: Parameters<Required<Dispatcher.DispatchHandler>['onResponseError']>): void {
    this.#handler.onResponseError?.(...told);
  }
}
