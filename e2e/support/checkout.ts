import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkout, instance } from '../cluster/instance.ts';
import type { Instance } from '../cluster/instance.ts';

export interface Outcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What a person sees: both outputs in one. */
  readonly said: string;
  readonly seconds: number;
}

/** A second copy of this checkout, at the same place each time: what an interrupted run left is found again. */
export class SecondCheckout {
  readonly directory = join(tmpdir(), `hostedsite-second-${instance(checkout).id}`);
  readonly cluster: Instance = instance(this.directory);
  readonly #running = new Set<ChildProcess>();

  make(): void {
    rmSync(this.directory, { recursive: true, force: true });
    mkdirSync(this.directory);
    for (const name of ['e2e', 'images', 'tools', 'operator', 'package.json', 'package-lock.json']) {
      cpSync(join(checkout, name), join(this.directory, name), { recursive: true });
    }
    symlinkSync(join(checkout, 'node_modules'), join(this.directory, 'node_modules'));
  }

  /** Stops its cluster, and first whatever a test that failed has left starting or stopping it. */
  async down(): Promise<Outcome> {
    await Promise.all(
      [...this.#running].map(async (child) => {
        const gone = once(child, 'exit');
        child.kill('SIGKILL');
        await gone;
      }),
    );
    return this.main('down');
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** Whether a path in the cluster's directory is there. */
  has(...path: string[]): boolean {
    return existsSync(join(this.cluster.directory, ...path));
  }

  main(...args: string[]): Promise<Outcome> {
    return this.start(args).ended;
  }

  /** Runs e2e/cluster/main.ts of the copy; `kill` is a kill -9 of that one process. */
  start(
    args: readonly string[],
    env: NodeJS.ProcessEnv = {},
    prefix: readonly string[] = [],
  ): { ended: Promise<Outcome>; kill: () => void } {
    const [program = '', ...words] = [
      ...prefix,
      process.execPath,
      join(this.directory, 'e2e/cluster/main.ts'),
      ...args,
    ];
    const started = Date.now();
    const child = spawn(program, words, { cwd: this.directory, env: { ...process.env, ...env } });
    this.#running.add(child);
    child.once('exit', () => this.#running.delete(child));
    let said = '';
    for (const output of [child.stdout, child.stderr])
      output.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')));
    const ended = new Promise<Outcome>((done, failed) => {
      child.on('error', failed);
      // Not `close`: what it started may hold its outputs open after a kill.
      child.on('exit', (code, signal) =>
        done({ code, signal, said, seconds: (Date.now() - started) / 1000 }),
      );
    });
    return { ended, kill: () => child.kill('SIGKILL') };
  }
}
