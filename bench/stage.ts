import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { BenchCluster } from './bench-cluster.ts';
import { OperatorProcess } from './operator-process.ts';
import { processorSeconds } from './process-facts.ts';
import { Sightings } from './sightings.ts';
import { percentile } from './statistics.ts';
import type { Settings } from './settings.ts';
import type { Subject } from './subjects.ts';

/** What one run measured: name of a figure → value, in the unit that the name or `report.ts` says. */
export type Figures = Record<string, number>;

/** One subject on fresh ground, with what its measurements need. */
export class Stage {
  readonly cluster: BenchCluster;
  readonly subject: Subject;
  readonly settings: Settings;
  readonly sightings: Sightings;
  operator: OperatorProcess;
  #world: ChildProcess | undefined;

  private constructor(parts: Pick<Stage, 'cluster' | 'subject' | 'settings' | 'sightings' | 'operator'>) {
    this.cluster = parts.cluster;
    this.subject = parts.subject;
    this.settings = parts.settings;
    this.sightings = parts.sightings;
    this.operator = parts.operator;
  }

  static async open(cluster: BenchCluster, subject: Subject, settings: Settings): Promise<Stage> {
    const operator = await OperatorProcess.start(subject, cluster);
    await operator.up();
    await operator.drained(0);
    const sightings = new Sightings(cluster.api, settings.sites);
    await sightings.ready;
    return new Stage({ cluster, subject, settings, sightings, operator });
  }

  /** From now on workloads become ready; see `world.ts`. */
  async startWorld(): Promise<void> {
    const program = fileURLToPath(new URL('world.ts', import.meta.url));
    const world = spawn(process.execPath, [program, this.cluster.plane.server, this.cluster.account], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#world = world;
    world.once('exit', () => {
      // Whoever waits for what it does would wait in vain.
      if (this.#world === world) throw new Error('the world has ended');
    });
    await new Promise<void>((resolve) => {
      world.stdout.once('data', () => resolve());
    });
  }

  /** Starts another process of the same subject. */
  another(): Promise<OperatorProcess> {
    return OperatorProcess.start(this.subject, this.cluster);
  }

  /** Processor seconds so far. */
  processor(): { operator: number; server: number } {
    const { apiServer, etcd } = this.cluster.pids;
    return {
      operator: processorSeconds(this.operator.pid),
      server: processorSeconds(apiServer) + processorSeconds(etcd),
    };
  }

  async close(): Promise<void> {
    this.sightings.stop();
    const world = this.#world;
    this.#world = undefined;
    world?.kill('SIGKILL');
    await this.operator.stop();
  }
}

/** Figures of times in milliseconds. */
export function times(name: string, milliseconds: readonly number[]): Figures {
  return {
    [`${name}, p50`]: percentile(milliseconds, 0.5),
    [`${name}, p99`]: percentile(milliseconds, 0.99),
  };
}
