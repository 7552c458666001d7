import { systemClock } from '../../operator/kube/clock.ts';
import type { Clock } from '../../operator/kube/clock.ts';
import type { AccessSource } from '../../operator/kube/access.ts';
import type { Config } from '../../operator/config.ts';
import type { Log } from '../../operator/observability/logger.ts';
import { metrics } from '../../operator/observability/metrics.ts';
import { operator } from '../../operator/operator.ts';
import { defaultSizes } from '../../operator/reconcile/sizes.ts';
import { until } from '../cluster/command.ts';

export interface IncarnationOptions {
  readonly access: AccessSource;
  readonly operatorNamespace: string;
  /** Which life of the run's operator this is, from 1. Each has a lease of its own, so that none waits for a dead one. */
  readonly number: number;
  /** How many times as fast as real time the operator's own timers run: deadlines, back-off, leases. */
  readonly speed: number;
}

/** One life of an operator, in this process. Everything that it had in memory ends with it. */
export class Incarnation {
  /** What it complained about, newest last. */
  readonly complaints: string[] = [];
  readonly #stop = new AbortController();
  readonly #metrics = metrics({ process: false });
  readonly #end: Promise<'stopped' | 'lost' | 'failed'>;

  constructor({ access, operatorNamespace, number, speed }: IncarnationOptions) {
    const told: Config = {
      namespace: operatorNamespace,
      leaseName: `hostedsite-operator-${number}`,
      identity: `incarnation-${number}`,
      logLevel: 'warn',
      httpPort: 0,
      images: { varnish: 'registry.example.org/varnish:1', mariadb: 'registry.example.org/mariadb:1' },
      sizes: defaultSizes,
      api: { from: 'kubeconfig', path: '' },
    };
    const surroundings = {
      access,
      clock: faster(speed),
      random: Math.random,
      log: this.#log(),
      metrics: this.#metrics,
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

  /** Asks it to stop; whoever wants a sudden death cuts its connections first. */
  async stop(): Promise<void> {
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

/** A clock whose timers run faster, and whose monotonic time agrees with them. What people read stays true. */
function faster(speed: number): Clock {
  if (speed === 1) return systemClock;
  return {
    wall: () => systemClock.wall(),
    monotonic: () => systemClock.monotonic() * speed,
    after: (milliseconds, callback) => systemClock.after(milliseconds / speed, callback),
  };
}
