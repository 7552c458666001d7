import { systemClock } from '../../operator/kube/clock.ts';
import type { Clock } from '../../operator/kube/clock.ts';
import type { AccessSource } from '../../operator/kube/client/access.ts';
import { defaultTiming } from '../../operator/kube/leader/leader.ts';
import type { Config } from '../../operator/config.ts';
import type { Log } from '../../operator/observability/logger.ts';
import { metrics } from '../../operator/observability/metrics.ts';
import { operator } from '../../operator/operator.ts';
import { defaultHosts } from '../../operator/sites/hosts/host-settings.ts';
import { defaultNetwork } from '../../operator/sites/network-settings.ts';
import { imageReferences } from '../../operator/components/images.ts';
import { defaultSizes } from '../../operator/components/sizes.ts';
import { until } from '../cluster/command.ts';

export interface IncarnationOptions {
  readonly access: AccessSource;
  readonly operatorNamespace: string;
  /** Which life of the run's operator this is, from 1. */
  readonly number: number;
  /** The number of its lease: its own, so that it does not wait for a dead one, or that of the one it is to follow. */
  readonly lease: number;
  /** How many times as fast as real time the operator's own timers run at first: deadlines, back-off. The lease lasts as long as ever. */
  readonly speed: number;
  /** Default: false. */
  readonly resolveTags?: boolean;
  /** Milliseconds by which its clock is ahead of the API server's: what only time brings is there at once. Default: 0. */
  readonly ahead?: number;
}

/** One life of an operator, in this process. Everything that it had in memory ends with it. */
export class Incarnation {
  /** What it complained about, newest last. */
  readonly complaints: string[] = [];
  readonly number: number;
  readonly #stop = new AbortController();
  readonly #metrics = metrics({ process: false });
  readonly #clock: RigClock;
  readonly #end: Promise<'stopped' | 'lost' | 'failed'>;

  constructor(options: IncarnationOptions) {
    const { access, operatorNamespace, number, lease, speed, resolveTags = false, ahead = 0 } = options;
    this.number = number;
    const told: Config = {
      namespace: operatorNamespace,
      watchNamespaces: undefined,
      leaseName: `hostedsite-operator-${lease}`,
      identity: `incarnation-${number}`,
      logLevel: 'warn',
      httpPort: 0,
      images: {
        ...imageReferences(({ value }) => `registry.example.org/${value}:1`),
        resolveTags,
      },
      sizes: defaultSizes,
      network: defaultNetwork,
      hosts: defaultHosts,
      trustedProxies: [],
      verifyTLS: false,
      api: { from: 'kubeconfig', path: '' },
    };
    this.#clock = new RigClock({ ...systemClock, wall: () => systemClock.wall() + ahead }, speed);
    const surroundings = {
      access,
      clock: this.#clock,
      random: Math.random,
      log: this.#log(),
      metrics: this.#metrics,
      // Otherwise a busy machine, which lets a process wait for a second, would take the lease from a hurried one.
      timing: {
        lease: defaultTiming.lease * speed,
        renewDeadline: defaultTiming.renewDeadline * speed,
        retry: defaultTiming.retry * speed,
      },
    };
    this.#end = operator(told, surroundings, this.#stop.signal).catch((error: unknown) => {
      this.complaints.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
      return 'failed' as const;
    });
  }

  /** Why it ended: 'lost' is what makes a pod restart. */
  get end(): Promise<'stopped' | 'lost' | 'failed'> {
    return this.#end;
  }

  /** Resolves when it leads and has nothing left to do, after as many passes at least. */
  async rested(passes: number): Promise<void> {
    await until('the operator has nothing left to do', 20, async () => {
      const now = await this.gauges();
      const isIdle = now.leads === 1 && now.depth === 0 && now.active === 0;
      return isIdle && now.passes >= passes ? true : undefined;
    });
  }

  async gauges(): Promise<{ leads: number; depth: number; active: number; passes: number }> {
    const samples = await this.#metrics.registry.getMetricsAsJSON();
    const sum = (name: string): number => {
      const values = samples.find((one) => one.name === name)?.values ?? [];
      return values.reduce((total, { value }) => total + value, 0);
    };
    return {
      leads: sum('leader_election_master_status'),
      depth: sum('workqueue_depth'),
      active: sum('controller_runtime_active_workers'),
      passes: sum('controller_runtime_reconcile_total'),
    };
  }

  /** From here on none of its timers fires, as in a stopped process; whoever stops it holds what it hears, too. */
  freeze(): void {
    this.#clock.freeze();
  }

  /** The timers that came due meanwhile fire. */
  thaw(): void {
    this.#clock.thaw();
  }

  /** How many times as fast as real time its own timers run from here on. */
  pace(speed: number): void {
    this.#clock.pace(speed);
  }

  /** Asks it to stop; whoever wants a sudden death cuts its connections first. */
  async stop(): Promise<void> {
    this.thaw();
    this.#stop.abort();
    await this.#end;
  }

  #log(): Log {
    const keep = (message: string, data?: Readonly<Record<string, unknown>>): void => {
      this.complaints.push(`${message} ${JSON.stringify(data)}`.slice(0, 400));
      if (this.complaints.length > 50) this.complaints.shift();
    };
    return { error: keep, warn: keep, info: () => undefined, debug: () => undefined };
  }
}

/**
 * A clock that runs at a pace of its own, and can be stopped: time goes on meanwhile, but timers fire only afterwards, in
 * the order in which they came due. What people read stays true.
 */
export class RigClock implements Clock {
  readonly #clock: Clock;
  readonly #held = new Set<() => void>();
  #isFrozen = false;
  #pace: number;
  /** The same moment by the clock beneath and by this one, in milliseconds. */
  #since = { beneath: 0, here: 0 };

  constructor(clock: Clock, pace: number) {
    this.#clock = clock;
    this.#pace = pace;
  }

  wall(): number {
    return this.#clock.wall();
  }

  monotonic(): number {
    return this.#since.here + (this.#clock.monotonic() - this.#since.beneath) * this.#pace;
  }

  after(milliseconds: number, callback: () => void): () => void {
    const fire = (): void => {
      if (this.#isFrozen) this.#held.add(again);
      else callback();
    };
    // By a timer of its own: between two timers everything that has been promised comes about.
    const again = (): void => void (cancel = this.#clock.after(0, fire));
    let cancel = this.#clock.after(milliseconds / this.#pace, fire);
    return () => {
      this.#held.delete(again);
      cancel();
    };
  }

  /** From here on time runs so many times as fast; timers that run already fire when they would have. */
  pace(pace: number): void {
    this.#since = { here: this.monotonic(), beneath: this.#clock.monotonic() };
    this.#pace = pace;
  }

  freeze(): void {
    this.#isFrozen = true;
  }

  thaw(): void {
    this.#isFrozen = false;
    const due = [...this.#held];
    this.#held.clear();
    for (const again of due) again();
  }
}
