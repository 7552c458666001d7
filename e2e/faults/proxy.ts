import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AccessSource } from '../../operator/kube/client/access.ts';
import type { ControlPlane } from '../control-plane/control-plane.ts';
import type { Fault, RequestAction } from './plan.ts';
import { Arms } from './proxy-arms.ts';
import { Exchange } from './proxy-exchange.ts';
import type { StatusCode } from './proxy-frames.ts';
import { Life } from './proxy-life.ts';
import { addressed, bodyOf, described, isChange, isWrite, narrowed } from './proxy-request.ts';
import type { Asked, Described, Recorded } from './proxy-request.ts';
import { Upstream, attempted } from './proxy-upstream.ts';
import { relayWatch } from './proxy-watch.ts';

export type { Recorded } from './proxy-request.ts';
export { inWords, planResource } from './proxy-request.ts';

export interface ProxyOptions {
  readonly plane: Pick<ControlPlane, 'admin' | 'client'>;
  /** All that the operator sees of namespaced kinds where it asks for the whole cluster. */
  readonly namespace: string;
  readonly operatorNamespace: string;
  /** The user that every request is made as, `system:serviceaccount:…`; left out: with all rights. */
  readonly as?: string | undefined;
}

/** All that a run's operator has of the API server: forwards, records, and carries out the faults of a plan. */
export class Proxy {
  /** In the order of arrival, from the start on; what an ended incarnation still tries is not among them. */
  readonly requests: Recorded[] = [];
  readonly #namespace: string;
  readonly #operatorNamespace: string;
  readonly #client: ControlPlane['client'];
  readonly #upstream: Upstream;
  readonly #server: Server;
  readonly #watches = new Set<Exchange>();
  readonly #listeners = { kill: [] as (() => void)[], stop: [] as (() => void)[] };
  readonly #readers: ((write: Recorded) => void)[] = [];
  readonly #lives = new Map<number, Life>();
  #arms: Arms | undefined;
  #isArmed = false;
  #life: Life = this.#begun(1);

  private constructor(
    { namespace, operatorNamespace, plane }: ProxyOptions,
    upstream: Upstream,
    server: Server,
  ) {
    this.#namespace = namespace;
    this.#operatorNamespace = operatorNamespace;
    this.#client = plane.client;
    this.#upstream = upstream;
    this.#server = server;
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      void this.#take(request, response);
    });
  }

  static async start(options: ProxyOptions): Promise<Proxy> {
    const { plane, operatorNamespace, as } = options;
    const ofNamespace = `system:serviceaccounts:${operatorNamespace}`;
    const groups = ['system:serviceaccounts', ofNamespace, 'system:authenticated'];
    const upstream = await Upstream.connect({ access: plane.admin, as, groups });
    // Connections stay until the operator ends them.
    const server = createServer({ keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0 });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    return new Proxy(options, upstream, server);
  }

  /** For the incarnation that lives now, and for no other: take it anew after each `reincarnate`. */
  get access(): AccessSource {
    const server = `http://127.0.0.1:${this.port}/${this.#life.number}`;
    return () => Promise.resolve({ server, tls: {} });
  }

  /** Of this machine. */
  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Faults that came to pass since they were armed. */
  get hits(): number {
    return this.#arms?.hits ?? 0;
  }

  /** Events (no bookmarks) that watches have told since the faults were armed, by plural. */
  get events(): ReadonlyMap<string, number> {
    return this.#arms?.events ?? new Map();
  }

  /** The writes that would change the cluster's work, whatever came of them: no dry runs, no Leases, no Events. */
  get writes(): Recorded[] {
    return this.requests.filter(isChange);
  }

  /** Watches that are open and tell what happens. */
  get watching(): number {
    return [...this.#watches].filter(({ isMute }) => !isMute).length;
  }

  /** Counting begins: at once, but with a fault `restart` only when the version of the old view is known. */
  async arm(faults: readonly Fault[]): Promise<void> {
    this.disarm();
    const version = faults.some(({ on }) => on === 'restart') ? await this.#version() : '';
    const arms = new Arms(faults, version);
    this.#arms = arms;
    this.#isArmed = true;
    if (arms.isBlind) for (const watch of this.#watches) watch.reset();
  }

  /** Everything passes, and nothing is counted any more; `hits` and `events` stay readable. */
  disarm(): void {
    this.#arms?.lift();
    this.#isArmed = false;
  }

  /** Ends the blindness of a fault `blind`. */
  see(): void {
    this.#arms?.see();
  }

  /**
   * Called when a fault has ended the incarnation: its connections are cut, and its writes that the API server had got
   * already are carried out and recorded.
   */
  onKill(listener: () => void): void {
    this.#listeners.kill.push(listener);
  }

  /** Called when a fault stops the incarnation, with what it asked for last still to be carried out. */
  onStop(listener: () => void): void {
    this.#listeners.stop.push(listener);
  }

  /** Called with every write (no dry runs, no Leases, no Events) when it arrives. */
  onWrite(listener: (write: Recorded) => void): void {
    this.#readers.push(listener);
  }

  /** Ends the incarnation if it lives, and serves the next one. */
  reincarnate(): void {
    this.#life.cut();
    this.beside();
  }

  /** Serves the next incarnation, and goes on serving this one. */
  beside(): void {
    this.#life = this.#begun(this.#life.number + 1);
  }

  async stop(): Promise<void> {
    this.disarm();
    for (const life of this.#lives.values()) life.cut();
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
    await this.#upstream.close();
  }

  #begun(number: number): Life {
    const begun = new Life(number);
    this.#lives.set(number, begun);
    return begun;
  }

  async #kill(life: Life): Promise<void> {
    if (life.isOver) return;
    life.cut();
    await Promise.allSettled(life.writes);
    for (const listener of this.#listeners.kill) listener();
  }

  async #version(): Promise<string> {
    const query = { limit: '1' };
    const list = await this.#client.request({
      method: 'GET',
      path: '/api/v1/namespaces',
      query,
      idempotent: true,
    });
    return (list as { metadata: { resourceVersion: string } }).metadata.resourceVersion;
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const at = performance.now();
    const { method = 'GET', url, headers } = request;
    const { incarnation, target } = addressed(url);
    const life = this.#lives.get(incarnation);
    life?.take(request.socket);
    const body = await attempted(bodyOf(request));
    if (body === undefined || life === undefined || life.isOver) return void response.destroy();
    const asked = { method, target, headers, body };
    const what = described(asked);
    if (what === undefined) throw new Error(`no request that an operator makes: ${asked.method} ${target}`);
    const record = this.#recorded(at, what, life);
    await this.#decide(asked, record, response, life);
  }

  #recorded(at: number, what: Described, life: Life): Recorded {
    const own = what.namespace === this.#operatorNamespace;
    const circumstances = { own, armed: this.#isArmed, incarnation: life.number };
    const record = { at, ...what, ...circumstances, status: 0, upstream: 0 };
    this.requests.push(record);
    if (isChange(record)) for (const reader of this.#readers) reader(record);
    return record;
  }

  async #decide(asked: Asked, record: Recorded, response: ServerResponse, life: Life): Promise<void> {
    const action = this.#armed()?.onRequest(record);
    if (action === 'stop') for (const listener of this.#listeners.stop) listener();
    const isCarriedOut = action?.endsWith('-after') === true;
    // A write that the API server has got is one that it may carry out: it is waited for.
    const isWanted = (): boolean => isCarriedOut || (life.isOver && isWrite(record));
    const exchange = new Exchange(asked, record, response, isWanted);
    const forwarded = { ...asked, target: narrowed(asked.target, record, this.#namespace) };
    if (action === undefined || action === 'stop') await this.#pass(exchange, forwarded, life);
    else await this.#act(action, exchange, forwarded, life);
  }

  async #pass(exchange: Exchange, asked: Asked, life: Life): Promise<void> {
    const arms = this.#armed();
    const { verb } = exchange.record;
    const standIn = arms?.standIn(exchange.record);
    if (standIn !== undefined) exchange.standIn(standIn);
    else if (verb === 'watch') await this.#watch(exchange, asked);
    else await this.#forward(exchange, asked, life);
  }

  async #act(action: RequestAction, exchange: Exchange, asked: Asked, life: Life): Promise<void> {
    if (action.endsWith('-after')) await this.#carriedOut(exchange, asked, life);
    switch (action) {
      case 'kill-before':
      case 'kill-after':
        return this.#kill(life);
      case 'reset':
      case 'reset-after':
        exchange.reset();
        return;
      case 'hang':
      case 'hang-after':
        return;
      default:
        exchange.refuse(Number(action) as StatusCode);
    }
  }

  async #forward(exchange: Exchange, asked: Asked, life: Life): Promise<void> {
    exchange.pass(await this.#carriedOut(exchange, asked, life));
  }

  async #carriedOut(exchange: Exchange, asked: Asked, life: Life) {
    if (exchange.record.verb === 'watch') return this.#opened(exchange, asked);
    const answering = attempted(this.#upstream.read(asked, exchange.signal));
    if (isWrite(exchange.record)) life.writes.add(answering);
    const answer = await answering;
    life.writes.delete(answering);
    exchange.record.upstream = answer?.code ?? 0;
    return answer;
  }

  async #opened(exchange: Exchange, asked: Asked): Promise<undefined> {
    const answer = await attempted(this.#upstream.send(asked, exchange.signal));
    exchange.record.upstream = answer?.statusCode ?? 0;
    answer?.body.destroy();
  }

  async #watch(exchange: Exchange, asked: Asked): Promise<void> {
    this.#watches.add(exchange);
    exchange.response.once('close', () => this.#watches.delete(exchange));
    const arms = (): Arms | undefined => this.#armed();
    await relayWatch(exchange, { upstream: this.#upstream, asked, arms });
  }

  #armed(): Arms | undefined {
    return this.#isArmed ? this.#arms : undefined;
  }
}
