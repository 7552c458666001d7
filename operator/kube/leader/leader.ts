import { pause } from '../clock.ts';
import type { Clock } from '../clock.ts';
import { microTime } from './lease.ts';
import type { Lease, LeaseSpec, LeaseStore } from './lease.ts';
import type { Log } from '../log.ts';

export interface LeaderOptions {
  leases: LeaseStore;
  /** Of this process: the pod's name and something that no restart repeats. */
  identity: string;
  clock: Clock;
  random: () => number;
  log: Log;
  timing?: LeaderTiming | undefined;
}

/** Milliseconds. */
export interface LeaderTiming {
  /** How long others wait after the last renewal that they saw. */
  lease: number;
  /** How long this process goes on without a renewal; must be shorter than `lease`. */
  renewDeadline: number;
  retry: number;
}

export const defaultTiming: LeaderTiming = { lease: 15_000, renewDeadline: 10_000, retry: 2_000 };

/**
 * Leadership by a Lease, timed by this process's own clock: wall clocks of other nodes decide nothing.
 *
 *   standing by ──nobody's, released, or seen unchanged for its duration──▶ leading ──10 s without renewal──▶ lost
 */
export class Leader {
  readonly #options: LeaderOptions;
  readonly #timing: LeaderTiming;
  #seen: { lease: Lease; record: string; at: number } | undefined;
  /** When the last successful renewal was sent; undefined when not leading. */
  #renewedAt: number | undefined;

  constructor(options: LeaderOptions) {
    this.#options = options;
    this.#timing = options.timing ?? defaultTiming;
  }

  /** False as soon as somebody else might lead, also after this process was stopped for a while. */
  holds(): boolean {
    return this.#renewedAt !== undefined && this.#since(this.#renewedAt) < this.#timing.renewDeadline;
  }

  /** Waits for leadership and keeps it. Ends with the signal ('stopped') or when leadership is lost: then the process must exit. */
  async run(signal: AbortSignal, acquired: () => void): Promise<'stopped' | 'lost'> {
    const { clock, log, identity, random } = this.#options;
    const stopped = (): boolean => signal.aborted;
    while (!stopped() && !(await this.#try())) {
      // More often than the leader renews: a lease that was given back is taken within half a second.
      await pause(clock, (this.#timing.retry / 4) * (1 - 0.2 * random()), signal);
    }
    if (stopped()) return 'stopped';
    log.info('leadership acquired', { identity });
    acquired();
    return this.#keep(signal);
  }

  /** Gives the Lease back, so that a standby need not wait; after the last write of this process. */
  async release(): Promise<void> {
    const seen = this.#seen;
    if (this.#renewedAt === undefined || seen === undefined) return;
    this.#renewedAt = undefined;
    const { clock, leases, log } = this.#options;
    const now = microTime(clock.wall());
    const spec = { ...seen.lease.spec, holderIdentity: '', leaseDurationSeconds: 1, renewTime: now };
    try {
      await leases.write(spec, seen.lease, this.#timing.retry);
    } catch (error) {
      log.warn('lease not released', { error: text(error) });
    }
  }

  async #keep(signal: AbortSignal): Promise<'stopped' | 'lost'> {
    const { clock, log, identity } = this.#options;
    for (;;) {
      await pause(clock, this.#timing.retry, signal);
      if (signal.aborted) return 'stopped';
      // After a stop of the whole process there is nothing left to renew.
      const renewed = this.holds() && (await this.#try());
      if (!renewed && !this.holds()) {
        this.#renewedAt = undefined;
        log.error('leadership lost', { identity });
        return 'lost';
      }
    }
  }

  /** One attempt to acquire or renew; true when this process leads afterwards. */
  async #try(): Promise<boolean> {
    const { clock, leases, log } = this.#options;
    const sentAt = clock.monotonic();
    const leading = this.#renewedAt !== undefined;
    const limit = this.#limit(sentAt);
    try {
      // While leading the last answer is the newest state; after a failed write it must be read again.
      if (!leading || this.#seen === undefined) this.#observe(await leases.read(Math.max(limit, 1)));
      if (!this.#free()) {
        // Somebody else holds it: nothing that this process believed is true any more.
        this.#renewedAt = undefined;
        return false;
      }
      const left = limit - this.#since(sentAt);
      this.#observe(await leases.write(this.#spec(), this.#seen?.lease, Math.max(left, 1)));
      this.#renewedAt = sentAt;
      return true;
    } catch (error) {
      // What is there now is not known: look before the next write.
      if (leading) this.#seen = undefined;
      log.debug('lease attempt failed', { error: text(error) });
      return false;
    }
  }

  /** A third of the deadline at most: one connection that hangs must leave time for a second attempt. */
  #limit(now: number): number {
    const { renewDeadline } = this.#timing;
    const left = this.#renewedAt === undefined ? renewDeadline : renewDeadline - (now - this.#renewedAt);
    return Math.min(left, renewDeadline / 3);
  }

  #observe(lease: Lease | undefined): void {
    if (lease === undefined) {
      this.#seen = undefined;
      return;
    }
    const record = JSON.stringify(lease.spec);
    const at = this.#seen?.record === record ? this.#seen.at : this.#options.clock.monotonic();
    this.#seen = { lease, record, at };
  }

  #free(): boolean {
    const { holderIdentity = '', leaseDurationSeconds } = this.#seen?.lease.spec ?? {};
    if (this.#seen === undefined || holderIdentity === '' || holderIdentity === this.#options.identity)
      return true;
    const duration = leaseDurationSeconds === undefined ? this.#timing.lease : leaseDurationSeconds * 1000;
    return this.#since(this.#seen.at) >= duration;
  }

  #spec(): LeaseSpec {
    const before = this.#seen?.lease.spec;
    const { identity, clock } = this.#options;
    const now = microTime(clock.wall());
    const same = before?.holderIdentity === identity;
    const transitions = before?.leaseTransitions ?? 0;
    return {
      ...before,
      holderIdentity: identity,
      leaseDurationSeconds: Math.round(this.#timing.lease / 1000),
      acquireTime: same ? (before.acquireTime ?? now) : now,
      renewTime: now,
      leaseTransitions: same || before === undefined ? transitions : transitions + 1,
    };
  }

  #since(at: number): number {
    return this.#options.clock.monotonic() - at;
  }
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
