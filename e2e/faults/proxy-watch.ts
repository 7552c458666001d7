import type { Arms, View } from './proxy-arms.ts';
import type { Exchange } from './proxy-exchange.ts';
import { endsInitialEvents, frame, initialFrames, isEvent, Lines, status } from './proxy-frames.ts';
import type { WatchAction } from './plan.ts';
import type { Asked } from './proxy-request.ts';
import { attempted, whole } from './proxy-upstream.ts';
import type { Upstream } from './proxy-upstream.ts';

export interface WatchOptions {
  readonly upstream: Upstream;
  /** The request as it goes to the API server. */
  readonly asked: Asked;
  /** What is armed at the moment. */
  readonly arms: () => Arms | undefined;
}

/** Streams a watch through, line by line; faults act on its events. */
export async function relayWatch(exchange: Exchange, options: WatchOptions): Promise<void> {
  const arms = options.arms();
  const isEndless = arms?.isEndless(exchange.record) ?? false;
  const outlet = new Outlet(exchange, options.arms, isEndless);
  const view = arms?.view;
  const isOld = view !== undefined && !view.isOver;
  if (!isOld) await relay(exchange, options, outlet);
  else if (exchange.record.initialEvents) await oldWatch(exchange, options, outlet, view);
  else await relay(exchange, options, outlet, view.look());
}

/** The same list as of a view's version while that is shown; a page that follows another knows its version itself. */
function oldList(asked: Asked, view: View | undefined): Asked {
  if (view === undefined || view.isOver) return asked;
  void view.look();
  const { pathname, searchParams } = new URL(asked.target, 'http://proxy');
  if (searchParams.has('continue')) return asked;
  searchParams.set('resourceVersion', view.version);
  searchParams.set('resourceVersionMatch', 'Exact');
  return { ...asked, target: `${pathname}?${searchParams.toString()}` };
}

/** Initial events from a list as of the view's version, then the real watch from there, held back for a while. */
async function oldWatch(
  exchange: Exchange,
  options: WatchOptions,
  outlet: Outlet,
  view: View,
): Promise<void> {
  const { asked, upstream } = options;
  const { pathname, searchParams } = new URL(asked.target, 'http://proxy');
  const selector = searchParams.get('labelSelector');
  const query = new URLSearchParams(selector === null ? {} : { labelSelector: selector });
  const accept = asked.headers.accept?.replace('as=PartialObjectMetadata;', 'as=PartialObjectMetadataList;');
  const held = view.look();
  const list = { ...asked, headers: { ...asked.headers, accept }, target: `${pathname}?${query.toString()}` };
  const answer = await attempted(upstream.read(oldList(list, view), exchange.signal));
  if (answer?.code !== 200) {
    exchange.pass(answer);
    return;
  }
  exchange.begin();
  for (const line of initialFrames(answer.body.toString())) if (!outlet.tell(line)) return;
  query.set('watch', 'true');
  query.set('allowWatchBookmarks', 'true');
  query.set('resourceVersion', view.version);
  await relay(
    exchange,
    { ...options, asked: { ...asked, target: `${pathname}?${query.toString()}` } },
    outlet,
    held,
  );
}

/** `held`: nothing is told before. */
async function relay(
  exchange: Exchange,
  { upstream, asked }: WatchOptions,
  outlet: Outlet,
  held?: Promise<void>,
): Promise<void> {
  const answer = await attempted(upstream.send(asked, exchange.signal));
  if (answer?.statusCode !== 200) {
    exchange.pass(answer && (await attempted(whole(answer))));
    return;
  }
  exchange.begin();
  exchange.isMute = held !== undefined;
  await held;
  exchange.isMute = false;
  const isWhole = await attempted(outlet.pour(answer.body as AsyncIterable<Buffer>));
  if (isWhole === undefined) exchange.response.destroy();
  else if (isWhole) exchange.response.end();
}

/** Where the lines of one watch go out. */
class Outlet {
  readonly #exchange: Exchange;
  readonly #arms: () => Arms | undefined;
  readonly #isEndless: boolean;

  constructor(exchange: Exchange, arms: () => Arms | undefined, isEndless: boolean) {
    this.#exchange = exchange;
    this.#arms = arms;
    this.#isEndless = isEndless;
  }

  /** True when the body has ended by itself; false when a fault has ended the stream. */
  async pour(body: AsyncIterable<Buffer>): Promise<boolean> {
    const lines = new Lines();
    for await (const chunk of body) {
      if (!lines.take(chunk).every((line) => this.tell(line))) return false;
    }
    return true;
  }

  /** Tells a line, or does what the plan has for it; false when nothing more may be told. */
  tell(line: Buffer): boolean {
    const { response } = this.#exchange;
    if (response.destroyed) return false;
    if (this.#isEndless && endsInitialEvents(line)) {
      this.#exchange.isMute = true;
      return true;
    }
    const action = isEvent(line) ? this.#arms()?.onEvent(this.#exchange.record.resource) : undefined;
    if (action !== undefined) return this.#act(action, line);
    response.write(line);
    return true;
  }

  #act(action: WatchAction, line: Buffer): boolean {
    const { response } = this.#exchange;
    if (action === 'duplicate' || action === 'garbage') {
      response.write(action === 'duplicate' ? Buffer.concat([line, line]) : garbage);
      return true;
    }
    const last = lastWords(action, line);
    if (last !== undefined) response.end(last);
    else if (action === 'reset') this.#exchange.reset();
    else if (action === 'stall') this.#exchange.isMute = true;
    // What was told before arrives, then the connection breaks.
    else response.destroy();
    return false;
  }
}

const garbage = '{"type":"MODIFIED","object":{{{\n';

/** What the stream ends with as if that were all; undefined when it does not end so. */
function lastWords(action: WatchAction, line: Buffer): Buffer | undefined {
  if (action === 'truncate') return line.subarray(0, line.length >> 1);
  if (action === '410') return frame('ERROR', status(410));
  return action === 'error-frame' ? frame('ERROR', status(500)) : undefined;
}
