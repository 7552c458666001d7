import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { until } from '../e2e/cluster/command.ts';
import type { BenchCluster } from './bench-cluster.ts';
import { memory, openFiles, processorSeconds } from './process-facts.ts';
import { samples, sum } from './samples.ts';
import type { Sample } from './samples.ts';
import type { Subject } from './subjects.ts';

/** A running subject, with its service account where a pod has it. */
export class OperatorProcess {
  readonly startedAt = performance.now();
  readonly #child: ChildProcess;
  readonly #metricsPort: number;
  readonly #log: string;
  readonly #exited: Promise<void>;
  #isWanted = true;

  private constructor(child: ChildProcess, metricsPort: number, log: string) {
    this.#child = child;
    this.#metricsPort = metricsPort;
    this.#log = log;
    this.#exited = new Promise((resolve) => child.once('exit', () => resolve()));
    child.once('exit', () => {
      // It gives up when it loses its Lease, and nobody starts it again here: what is waited for would never come.
      if (this.#isWanted) throw new Error(`the operator has ended by itself:\n${this.#lastLines()}`);
    });
  }

  static async start(subject: Subject, cluster: BenchCluster): Promise<OperatorProcess> {
    const [metrics, probes] = [await freePort(), await freePort()];
    const { program, args, env } = subject.command({ metrics, probes });
    const log = join(cluster.plane.directory, `${subject.name}-${metrics}.log`);
    const output = openSync(log, 'a');
    const { hostname, port } = new URL(cluster.plane.server);
    // The path is the kubelet's own and cannot be chosen: the program gets a /run of its own with nothing else in it.
    const inside = [
      'mount -t tmpfs tmpfs /run',
      'mkdir -p /run/secrets/kubernetes.io/serviceaccount',
      'cp "$0"/* /run/secrets/kubernetes.io/serviceaccount/',
      'exec "$@"',
    ].join(' && ');
    const shell = ['setpriv', '--pdeathsig', 'KILL', 'sh', '-c', inside, cluster.account, program, ...args];
    const child = spawn('unshare', [...asRoot(), '--mount', ...shell], {
      stdio: ['ignore', output, output],
      env: {
        PATH: process.env['PATH'],
        ...env,
        KUBERNETES_SERVICE_HOST: hostname,
        KUBERNETES_SERVICE_PORT: port,
      },
    });
    closeSync(output);
    return new OperatorProcess(child, metrics, log);
  }

  /** `unshare`, `setpriv` and the shell become the program, so that this is the program's own id. */
  get pid(): number {
    if (this.#child.exitCode !== null || this.#child.pid === undefined) {
      throw new Error(`the operator has ended:\n${this.#lastLines()}`);
    }
    return this.#child.pid;
  }

  async metrics(): Promise<Sample[]> {
    const answer = await fetch(`http://127.0.0.1:${this.#metricsPort}/metrics`);
    return samples(await answer.text());
  }

  /** Resolves when it leads, has made as many passes, and has nothing to do at two looks in a row. */
  async drained(passes: number): Promise<void> {
    let before = -1;
    await until('the operator has nothing left to do', 300, async () => {
      if (this.pid === 0) return undefined;
      const all = await this.metrics();
      const isIdle = sum(all, 'workqueue_depth') + sum(all, 'controller_runtime_active_workers') === 0;
      const leads = sum(all, 'leader_election_master_status') === 1;
      const made = sum(all, 'controller_runtime_reconcile_total');
      const isStill = made === before;
      before = made;
      return isIdle && leads && isStill && made >= passes ? true : undefined;
    });
  }

  /** Resolves when it answers. */
  async up(): Promise<void> {
    await until('the operator answers', 60, async () => {
      if (this.pid > 0) return this.metrics();
      return undefined;
    });
  }

  facts() {
    return {
      processor: processorSeconds(this.pid),
      ...memory(this.pid),
      openFiles: openFiles(this.pid),
    };
  }

  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    this.#isWanted = false;
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill(signal);
    await this.#exited;
  }

  #lastLines(): string {
    return readFileSync(this.#log, 'utf8').split('\n').slice(-12).join('\n');
  }
}

/** Who is not root becomes it in a user namespace: only there may /run be covered. */
function asRoot(): string[] {
  return process.getuid?.() === 0 ? [] : ['--map-root-user'];
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
