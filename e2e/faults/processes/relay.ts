import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { connect as connectPlain } from 'node:net';
import { connect as connectSecure } from 'node:tls';

export interface RelayTarget {
  /** `https://127.0.0.1:port`. */
  readonly server: string;
  /** Given: clients speak plain HTTP to the relay, and the relay speaks TLS to the server that this authority (PEM) has signed. */
  readonly ca?: string | undefined;
}

/** What is done to the bytes: of connections that there are ('hold'), or of new ones too ('cut', 'mute'). */
type Fault = 'none' | 'hold' | 'cut' | 'mute';

/**
 * A way to the API server on a port of its own, byte by byte. Bytes that are held stay in the kernel's buffers, as they do in a
 * network that has gone silent: nothing is closed, and when the relay passes again they go on.
 */
export class Relay {
  readonly #target: RelayTarget;
  readonly #listener: Server;
  readonly #links = new Set<Link>();
  #newcomers: Fault = 'none';

  private constructor(target: RelayTarget) {
    this.#target = target;
    this.#listener = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (client) =>
      this.#accept(client),
    );
  }

  static async start(target: RelayTarget): Promise<Relay> {
    const relay = new Relay(target);
    await new Promise<void>((resolve, reject) => {
      relay.#listener.once('error', reject);
      relay.#listener.listen(0, '127.0.0.1', resolve);
    });
    return relay;
  }

  /** What a client is given as the address of its API server. */
  get address(): string {
    const { port } = this.#listener.address() as AddressInfo;
    return `${this.#target.ca === undefined ? 'https' : 'http'}://127.0.0.1:${port}`;
  }

  /** Everything flows, also what was held. */
  pass(): void {
    this.#newcomers = 'none';
    for (const link of this.#links) link.fault('none');
  }

  /** Nothing flows either way; new connections are accepted and get no answer. */
  cut(): void {
    this.#newcomers = 'cut';
    for (const link of this.#links) link.fault('cut');
  }

  /** Nothing reaches the server any more, but what it says still arrives: watches tell, and requests get no answer. */
  mute(): void {
    this.#newcomers = 'mute';
    for (const link of this.#links) link.fault('mute');
  }

  /** Connections that there are fall silent; new ones work. `watches` needs a relay that clients speak plain HTTP to. */
  hold(which: 'all' | 'watches'): void {
    this.#newcomers = 'none';
    for (const link of this.#links) if (which === 'all' || link.carriesWatch) link.fault('hold');
  }

  /** Ends the connections that there are, all or every second one; what was held in them is lost. */
  reset(which: 'all' | 'half' = 'all'): void {
    const links = [...this.#links];
    for (const link of links.filter((_, at) => which === 'all' || at % 2 === 0)) link.destroy();
  }

  async stop(): Promise<void> {
    this.reset();
    await new Promise((resolve) => this.#listener.close(resolve));
  }

  #accept(client: Socket): void {
    const link = new Link(client, this.#connect());
    this.#links.add(link);
    client.once('close', () => this.#links.delete(link));
    link.fault(this.#newcomers);
  }

  #connect(): Socket {
    const { server, ca } = this.#target;
    const { hostname: host, port } = new URL(server);
    const to = { host, port: Number(port), allowHalfOpen: true };
    return ca === undefined ? connectPlain(to) : connectSecure({ ...to, ca });
  }
}

/** One connection through the relay. */
class Link {
  readonly #client: Socket;
  readonly #server: Socket;
  #fault: Fault = 'none';
  /** Whether a watch was asked for on it; undecidable in TLS. */
  carriesWatch = false;

  constructor(client: Socket, server: Socket) {
    this.#client = client;
    this.#server = server;
    client.on('data', (bytes: Buffer) => {
      if (bytes.subarray(0, 2_000).includes('watch=true')) this.carriesWatch = true;
    });
    client.pause();
    this.#pump(client, server);
    this.#pump(server, client);
  }

  fault(fault: Fault): void {
    this.#fault = fault;
    for (const side of [this.#client, this.#server]) {
      if (this.#isHeld(side)) side.pause();
      else side.resume();
    }
  }

  destroy(): void {
    this.#client.resetAndDestroy();
    this.#server.destroy();
  }

  #isHeld(from: Socket): boolean {
    return this.#fault === 'mute' ? from === this.#client : this.#fault !== 'none';
  }

  #pump(from: Socket, to: Socket): void {
    from.on('data', (bytes: Buffer) => {
      if (to.write(bytes)) return;
      from.pause();
      to.once('drain', () => {
        if (!this.#isHeld(from)) from.resume();
      });
    });
    from.once('end', () => to.end());
    from.once('error', () => this.destroy());
    from.once('close', () => to.destroy());
  }
}
