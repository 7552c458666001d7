import type { Socket } from 'node:net';

/** One life of a run's operator, as its proxy has it. */
export class Life {
  /** From 1. */
  readonly number: number;
  /** Writes that the API server is carrying out. */
  readonly writes = new Set<Promise<unknown>>();
  readonly #sockets = new Set<Socket>();
  #isOver = false;

  constructor(number: number) {
    this.number = number;
  }

  /** Whatever it asks afterwards is not answered. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** A connection that it has asked something on. */
  take(socket: Socket): void {
    if (this.#sockets.has(socket)) return;
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
  }

  /** Ends it, and its connections. */
  cut(): void {
    this.#isOver = true;
    for (const socket of this.#sockets) socket.destroy();
  }
}
