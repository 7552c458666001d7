import type { ServerResponse } from 'node:http';
import type { StandIn } from './proxy-arms.ts';
import { status } from './proxy-frames.ts';
import type { StatusCode } from './proxy-frames.ts';
import type { Asked, Recorded } from './proxy-request.ts';
import type { Whole } from './proxy-upstream.ts';

const json = { 'content-type': 'application/json' };
const passed = ['content-type', 'retry-after', 'warning'] as const;

/** One request of the operator and what becomes of it. */
export class Exchange {
  readonly asked: Asked;
  readonly record: Recorded;
  readonly response: ServerResponse;
  /** Aborts when the operator has gone and nobody else wants the answer. */
  readonly signal: AbortSignal;
  /** Whether a fault keeps this watch open without telling what happens. */
  isMute = false;

  /** `isWanted`: whether the request is to be carried out although nobody waits for its answer any more. */
  constructor(asked: Asked, record: Recorded, response: ServerResponse, isWanted: () => boolean) {
    this.asked = asked;
    this.record = record;
    this.response = response;
    const stop = new AbortController();
    this.signal = stop.signal;
    const gone = (): void => {
      if (!response.writableFinished && !isWanted()) stop.abort();
    };
    response.once('close', gone);
    if (response.destroyed) gone();
  }

  /** Passes on what the API server answered; when it did not, the connection breaks. */
  pass(answer: Whole | undefined): void {
    if (answer === undefined) {
      this.reset();
      return;
    }
    const { code, headers, body } = answer;
    this.record.upstream = code;
    const kept = passed.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]]));
    this.#end(code, Object.fromEntries(kept), body);
  }

  /** Answers with an error that the API server did not give. */
  refuse(code: StatusCode): void {
    const wait = code === 429 ? { 'retry-after': '1' } : {};
    this.#end(code, { ...json, ...wait }, Buffer.from(JSON.stringify(status(code))));
  }

  standIn(answer: StandIn): void {
    const page = '<html><body><h1>502 Bad Gateway</h1></body></html>';
    if (answer === 'html-502') this.#end(502, { 'content-type': 'text/html' }, Buffer.from(page));
    else this.refuse(Number(answer) as StatusCode);
  }

  /** Begins a watch: the head of the answer goes out at once. */
  begin(): void {
    if (this.response.destroyed || this.response.headersSent) return;
    this.record.status = 200;
    this.record.upstream = 200;
    this.response.writeHead(200, json).flushHeaders();
  }

  /** The operator sees that the connection broke. */
  reset(): void {
    if (this.response.socket === null) this.response.destroy();
    else this.response.socket.resetAndDestroy();
  }

  #end(code: number, headers: Record<string, string | string[] | undefined>, body: Buffer): void {
    if (this.response.destroyed) return;
    this.record.status = code;
    this.response.writeHead(code, { ...headers, 'content-length': body.length }).end(body);
  }
}
