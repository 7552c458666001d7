import { edit } from './sites.ts';
import type { Stage } from './stage.ts';

/** People who never stop to edit: one edit after the other at a steady pace, so that at every moment something is to be written. */
export class Trickle {
  /** Edits that the API server accepted, and that it did not. */
  accepted = 0;
  refused = 0;
  readonly #timer: NodeJS.Timeout;
  readonly #pending = new Set<Promise<void>>();

  /** One edit of one of the sites every so many milliseconds. */
  constructor(stage: Stage, sites: readonly string[], milliseconds: number) {
    let count = 0;
    this.#timer = setInterval(() => {
      const name = sites[count % sites.length] ?? '';
      // Never the number that the site has: each edit is one to be carried out.
      const replicas = 2 + (Math.floor(count / sites.length) % 5);
      count += 1;
      const task = edit(stage, name, { replicas })
        .then(() => void (this.accepted += 1))
        .catch(() => void (this.refused += 1))
        .finally(() => this.#pending.delete(task));
      this.#pending.add(task);
    }, milliseconds);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#pending);
  }
}
