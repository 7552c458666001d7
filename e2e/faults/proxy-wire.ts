import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { AccessSource } from '../../operator/kube/client/access.ts';

/**
 * The way of one operator to its proxy, byte by byte. What the proxy says can be held, as the kernel holds it for a process
 * that is stopped; what the operator has sent arrives all the same.
 */
export class Wire {
  readonly #server: Server;
  readonly #links = new Map<Socket, Socket>();
  #isHeld = false;

  private constructor(server: Server, port: number) {
    this.#server = server;
    server.on('connection', (operator: Socket) => this.#accept(operator, port));
  }

  /** To a port of this machine. */
  static async start(port: number): Promise<Wire> {
    const server = createServer({ noDelay: true });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    return new Wire(server, port);
  }

  /** The same access, on this way. */
  through(access: AccessSource): AccessSource {
    const { port } = this.#server.address() as AddressInfo;
    return async () => {
      const given = await access();
      const server = new URL(given.server);
      server.port = String(port);
      return { ...given, server: server.href };
    };
  }

  hold(): void {
    this.#isHeld = true;
    for (const [operator, proxy] of this.#links) proxy.unpipe(operator);
  }

  /** What was held goes on, each connection's in its order. */
  pass(): void {
    this.#isHeld = false;
    for (const [operator, proxy] of this.#links) proxy.pipe(operator);
  }

  /** All connections end, as those of a process that has ended. */
  async stop(): Promise<void> {
    for (const [operator] of this.#links) operator.destroy();
    if (!this.#server.listening) return;
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #accept(operator: Socket, port: number): void {
    const proxy = connect({ port, host: '127.0.0.1', noDelay: true });
    this.#links.set(operator, proxy);
    operator.pipe(proxy);
    if (!this.#isHeld) proxy.pipe(operator);
    // Both ends break connections as a part of what they do.
    for (const side of [operator, proxy]) side.on('error', () => undefined);
    proxy.once('close', () => operator.destroy());
    operator.once('close', () => {
      this.#links.delete(operator);
      proxy.destroy();
    });
  }
}
