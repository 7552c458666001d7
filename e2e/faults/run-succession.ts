import { setTimeout as pause } from 'node:timers/promises';
import { until } from '../cluster/command.ts';
import type { Incarnation } from './incarnation.ts';
import type { StopFault } from './plan.ts';
import { isWrite, planResource } from './proxy-request.ts';
import type { Recorded } from './proxy-request.ts';
import type { Wire } from './proxy-wire.ts';

/** Milliseconds from the first bytes to the first timer after a stop: libuv, too, looks at sockets first. */
const waking = 50;
/** So many times as fast time runs until another one leads: a lease is free after two seconds. */
const hurried = 8;
/** Seconds until the lease is taken over. */
const following = 20;
/** Seconds until a leader has noticed that it is none any more. */
const noticing = 10;

/** A leader is stopped, another one takes over, and the first goes on: it may not write any more, and has to end. */
export class Succession {
  readonly #old: Incarnation;
  readonly #wire: Wire;
  readonly #thaw: StopFault['thaw'];
  #end: string | undefined;
  #going: Promise<void> | undefined;
  #resumedAt = Infinity;

  /** Stops the old one, whose only way is this wire. */
  constructor(old: Incarnation, wire: Wire, thaw: StopFault['thaw']) {
    this.#old = old;
    this.#wire = wire;
    this.#thaw = thaw;
    wire.hold();
    old.freeze();
    old.pace(hurried);
    void old.end.then(async (end) => {
      this.#end = end;
      // As its process ends, its connections do.
      await wire.stop();
      await old.stop();
    });
  }

  /** Tells of the one that is to follow. Rejects when it does not lead. */
  async follow(next: Incarnation): Promise<void> {
    next.pace(hurried);
    try {
      await until('the next one leads', following, async () => {
        return (await next.gauges()).leads === 1 ? true : undefined;
      });
    } finally {
      next.pace(1);
    }
  }

  /** Must be told of every write when it arrives. */
  written({ incarnation }: Recorded): void {
    if (this.#thaw === 'first-write' && incarnation > this.#old.number) void this.#goOn();
  }

  /** To be called when the new leader has nothing left to do. Rejects when the old one goes on and does not end. */
  async finish(): Promise<void> {
    await this.#goOn();
    const end = await until('the old leader notices', noticing, () => Promise.resolve(this.#end));
    if (end !== 'lost') throw new Error(`the old leader ended: ${end}`);
  }

  /** What the old one wrote although another one led. */
  violations(requests: readonly Recorded[]): string[] {
    const late = lateWrites(requests, this.#old.number, this.#resumedAt);
    return late.map((one) => `written by the old leader: ${one.verb} ${planResource(one)} ${one.name ?? ''}`);
  }

  #goOn(): Promise<void> {
    this.#going ??= this.#resumed();
    return this.#going;
  }

  async #resumed(): Promise<void> {
    this.#resumedAt = performance.now();
    this.#wire.pass();
    await pause(waking);
    this.#old.thaw();
  }
}

/**
 * Writes of an incarnation, Events included, that arrived when it could not lead any more: after the first write of one that
 * came later, and after it was resumed (by `performance.now()`). What it sent until it was stopped may arrive.
 */
export function lateWrites<T extends Pick<Recorded, 'at' | 'verb' | 'resource' | 'dryRun' | 'incarnation'>>(
  requests: readonly T[],
  incarnation: number,
  resumedAt: number,
): T[] {
  const writes = requests.filter((one) => isWrite(one) && !one.dryRun && one.resource !== 'leases');
  const taken = writes.find((one) => one.incarnation > incarnation)?.at ?? Infinity;
  return writes.filter((one) => one.incarnation === incarnation && one.at > Math.min(taken, resumedAt));
}
