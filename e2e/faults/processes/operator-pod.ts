import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { imageReferences, imageVariables } from '../../../operator/components/images.ts';
import type { Relay } from './relay.ts';

export interface PodOptions {
  readonly name: string;
  /** The operator's bundle. */
  readonly program: string;
  readonly directory: string;
  readonly relay: Relay;
  /** PEM of the API server's authority. */
  readonly ca: string;
  readonly token: string;
  readonly namespace: string;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export interface LogLine {
  readonly message?: string;
  /** ISO 8601. */
  readonly timestamp?: string;
  /** Why a watch was interrupted. */
  readonly cause?: string;
}

const node = fileURLToPath(new URL('../../../node_modules/.bin/node', import.meta.url));
/** Milliseconds that a kubelet waits before the first, second … start again. */
const restartPauses = [0, 10_000, 20_000, 40_000];

/** The operator as a process of its own, as a pod has it, behind its own relay. */
export class OperatorPod {
  readonly name: string;
  readonly relay: Relay;
  readonly exits: Exit[] = [];
  readonly log: LogLine[] = [];
  readonly #program: string;
  readonly #env: Readonly<Record<string, string>>;
  readonly #logged = new EventEmitter();
  #child: ChildProcess | undefined;
  #ended: Promise<Exit> | undefined;
  #kept = false;

  private constructor({ name, relay, program }: PodOptions, env: Readonly<Record<string, string>>) {
    this.name = name;
    this.relay = relay;
    this.#program = program;
    this.#env = env;
  }

  static async start(options: PodOptions): Promise<OperatorPod> {
    const { name, directory, namespace } = options;
    const kubeconfig = join(directory, `${name}.kubeconfig`);
    writeFileSync(kubeconfig, kubeconfigOf(options), { mode: 0o600 });
    const pod = new OperatorPod(options, {
      PATH: process.env.PATH ?? '',
      KUBECONFIG: kubeconfig,
      POD_NAMESPACE: namespace,
      POD_NAME: name,
      LEASE_NAME: 'operator',
      LOG_LEVEL: 'debug',
      ...imageVariables(imageReferences(({ value }) => `registry.example.org/${value}:1`)),
      HTTP_PORT: String(await freePort()),
    });
    pod.run();
    return pod;
  }

  run(): void {
    const args = ['--pdeathsig', 'KILL', node, this.#program];
    const child = spawn('setpriv', args, { env: this.#env, stdio: ['ignore', 'pipe', 'inherit'] });
    createInterface(child.stdout).on('line', (line) => {
      const entry = parsed(line);
      this.log.push(entry);
      this.#logged.emit(entry.message ?? '');
    });
    this.#child = child;
    this.#ended = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        const exit = { code, signal, at: Date.now() };
        this.exits.push(exit);
        resolve(exit);
        if (this.#kept) this.#restart();
      });
    });
  }

  /** From now on it is started again when it ends, as a kubelet would. */
  keep(): void {
    this.#kept = true;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  /** How the process that runs now ends. */
  ended(): Promise<Exit> {
    if (this.#ended === undefined) throw new Error(`${this.name} was never started`);
    return this.#ended;
  }

  /** Resolves when it logs the message next; fails after so many milliseconds. */
  async logged(message: string, milliseconds: number): Promise<void> {
    await once(this.#logged, message, { signal: AbortSignal.timeout(milliseconds) });
  }

  /** What /readyz answers; undefined when nothing answers. */
  async readiness(): Promise<{ status: number; text: string } | undefined> {
    const asked = fetch(`http://127.0.0.1:${this.#env.HTTP_PORT}/readyz`, {
      signal: AbortSignal.timeout(5_000),
    });
    return asked
      .then(async (answer) => ({ status: answer.status, text: await answer.text() }))
      .catch(() => undefined);
  }

  async stop(): Promise<void> {
    this.#kept = false;
    this.signal('SIGKILL');
    await this.#ended;
    await this.relay.stop();
  }

  #restart(): void {
    const pause = restartPauses[Math.min(this.exits.length, restartPauses.length) - 1];
    setTimeout(() => {
      if (this.#kept) this.run();
    }, pause);
  }
}

function kubeconfigOf({ relay, ca, token }: PodOptions): string {
  const server = relay.address;
  const trust = server.startsWith('https:')
    ? { 'certificate-authority-data': Buffer.from(ca).toString('base64') }
    : { 'insecure-skip-tls-verify': true };
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'relay', cluster: { server, ...trust } }],
    users: [{ name: 'operator', user: { token } }],
    contexts: [{ name: 'operator', context: { cluster: 'relay', user: 'operator' } }],
    'current-context': 'operator',
  });
}

function parsed(line: string): LogLine {
  try {
    return JSON.parse(line) as LogLine;
  } catch {
    return { message: line };
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
