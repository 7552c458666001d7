import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiClient } from '../../operator/kube/client/api-client.ts';
import type { AccessSource } from '../../operator/kube/client/access.ts';
import { systemClock } from '../../operator/kube/clock.ts';
import { certificates, kubeconfig } from '../cluster/certificates.ts';
import { until } from '../cluster/command.ts';
import { instance } from '../cluster/instance.ts';
import { builtPrograms } from '../cluster/programs.ts';
import { started } from '../support/started.ts';
import type { Started } from '../support/started.ts';
import { apiServer, controllerManager, etcd } from './programs.ts';
import type { ProgramPlace } from './programs.ts';

export type ProgramName = 'etcd' | 'kube-apiserver' | 'kube-controller-manager';

export interface ControlPlaneOptions {
  /** Deployments, StatefulSets and Jobs make pods, and garbage is collected; off: the API alone. */
  controllers: boolean;
  /** With the controllers, that of HorizontalPodAutoscalers too, which looks every second. Default: false. */
  autoscaler?: boolean;
  /** Every request with its user in `auditLog`, one JSON object a line (audit.k8s.io/v1, level Metadata). */
  audit?: boolean;
  /** Whoever wanted it has gone: what runs by then is stopped at once, and nothing more is started. */
  over?: AbortSignal;
}

/**
 * An API server with etcd, and if wanted the controllers, on free loopback ports: no nodes, no kubelet. For tests that are
 * about the operator and the API; every program may be killed and started again, its data stay.
 */
export class ControlPlane {
  /** `https://127.0.0.1:port`; the same after a restart. */
  readonly server: string;
  /** With all rights. */
  readonly admin: AccessSource;
  /** A client with all rights. */
  readonly client: ApiClient;
  /** File for kubectl and for programs that are given KUBECONFIG; all rights. */
  readonly kubeconfig: string;
  readonly directory: string;
  readonly auditLog: string;
  readonly #commands: Readonly<Record<ProgramName, readonly string[]>>;
  readonly #running = new Map<ProgramName, ChildProcess>();
  #stopped: Promise<void> | undefined;

  private constructor(place: ProgramPlace) {
    const { directory, keys, ports } = place;
    this.directory = directory;
    this.server = `https://127.0.0.1:${ports.api}`;
    this.kubeconfig = join(directory, 'admin.kubeconfig');
    this.auditLog = join(directory, 'audit.log');
    const read = (name: string): string => readFileSync(join(keys, name), 'utf8');
    const tls = { ca: read('ca.crt'), cert: read('admin.crt'), key: read('admin.key') };
    this.admin = () => Promise.resolve({ server: this.server, tls });
    const userAgent = 'hostedsite-tests';
    this.client = new ApiClient({ access: this.admin, clock: systemClock, random: Math.random, userAgent });
    this.#commands = {
      etcd: etcd(place),
      'kube-apiserver': apiServer(place),
      'kube-controller-manager': controllerManager(place),
    };
  }

  static async start({
    controllers,
    autoscaler = false,
    audit = false,
    over,
  }: ControlPlaneOptions): Promise<ControlPlane> {
    const programs = builtPrograms(['kubernetes', 'etcd']);
    const directory = mkdtempSync(join(tmpdir(), 'hostedsite-control-plane-'));
    const [api, etcdClient, etcdPeer] = await freePorts(3);
    const ports = { api: api!, etcdClient: etcdClient!, etcdPeer: etcdPeer! };
    const keys = await certificates({ ...instance(), directory, nodes: [] });
    const plane = new ControlPlane({ directory, keys, ports, programs, audit, autoscaler });
    const stop = (): void => void plane.stop();
    over?.addEventListener('abort', stop, { once: true });
    try {
      over?.throwIfAborted();
      writeFileSync(plane.kubeconfig, await kubeconfig(keys, 'admin', plane.server), { mode: 0o600 });
      plane.run('etcd');
      plane.run('kube-apiserver');
      await plane.ready();
      if (controllers) plane.run('kube-controller-manager');
      return plane;
    } catch (error) {
      await plane.stop();
      throw error;
    }
  }

  /** Starts a program, or starts it again. */
  run(name: ProgramName): void {
    if (this.#stopped !== undefined) throw new Error(`${name} is not started: this control plane is stopped`);
    if (this.#running.has(name)) throw new Error(`${name} runs already`);
    const [program = '', ...args] = this.#commands[name];
    const log = openSync(join(this.directory, `${name}.log`), 'a');
    const env = { ...process.env, KUBECONFIG: '' };
    // Dies with this process, however that ends.
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', program, ...args], {
      stdio: ['ignore', log, log],
      env,
    });
    closeSync(log);
    this.#running.set(name, child);
    child.once('exit', () => {
      if (this.#running.get(name) === child) this.#running.delete(name);
    });
  }

  /** `kill -9`; returns when the process is gone. */
  async kill(name: ProgramName): Promise<void> {
    const child = this.#running.get(name);
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  }

  /** Process ids, for measuring. */
  pid(name: ProgramName): number | undefined {
    return this.#running.get(name)?.pid;
  }

  /** Resolves when the API server answers /readyz. */
  async ready(): Promise<void> {
    await until('the API server is ready', 60, async () => {
      if (this.#stopped !== undefined) return true;
      for (const name of ['etcd', 'kube-apiserver'] as const) {
        if (!this.#running.has(name)) throw new Error(`${name} has ended: ${this.log(name)}`);
      }
      // The API server makes these one after the other, when it serves already.
      for (const name of ['kube-system', 'default'])
        await this.client.request({ method: 'GET', path: `/api/v1/namespaces/${name}`, idempotent: false });
      return true;
    });
    if (this.#stopped !== undefined) throw new Error('this control plane was stopped before it was ready');
  }

  /** The last lines of what a program has written. */
  log(name: ProgramName): string {
    return readFileSync(join(this.directory, `${name}.log`), 'utf8')
      .split('\n')
      .slice(-20)
      .join('\n');
  }

  /** May be called again. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    // Before the client, which waits for what is under way.
    for (const name of ['kube-controller-manager', 'kube-apiserver', 'etcd'] as const) await this.kill(name);
    rmSync(this.directory, { recursive: true, force: true });
    await this.client.close();
  }
}

/** Held open together, so that they differ. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve, reject) => {
          server.once('error', reject);
          server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** To be called in a `describe`: as `ControlPlane.start`, and what it starts is stopped after the tests. */
export function controlPlanes(all: Started = started()): typeof ControlPlane.start {
  return (options) => all.run((over) => ControlPlane.start({ ...options, over }));
}
