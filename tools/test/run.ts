import { randomUUID } from 'node:crypto';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { endBelongings, markName } from './belongings.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** Milliseconds for what is left in the pipes when the process has ended. */
const pipesEmptied = 2_000;

export interface RunOptions {
  /** Milliseconds without any output after which the part is taken for dead. */
  readonly silence: number;
  /** Is given what it writes, on both outputs. */
  readonly tell: (text: string) => void;
  /** Ends it before its time. */
  readonly interrupted: AbortSignal;
  /** What its environment has beside this process' own. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface Run {
  readonly code: number;
  /** Standard output. */
  readonly output: string;
  /** Why it did not come to its own end. */
  readonly trouble?: string;
}

/**
 * Runs a command in a process group of its own. Whatever it started is ended with it when it is ended for its silence, and its
 * process group also when it ends by itself; daemons that left that group, as those of the cluster do, then live on.
 */
export function run(command: readonly string[], options: RunOptions): Promise<Run> {
  const mark = randomUUID();
  const child = started(command, { ...options.env, [markName]: mark });
  return new Promise((done, failed) => {
    let output = '';
    let trouble: string | undefined;
    let ending: Promise<void> | undefined;
    const end = (why: string): void => {
      trouble ??= why;
      if (child.pid !== undefined) ending ??= endBelongings(child.pid, mark);
      ending?.catch(failed);
    };
    const silent = setTimeout(
      () => end(`it said nothing for ${inWords(options.silence)} and was ended`),
      options.silence,
    );
    const interrupt = (): void => end('it was interrupted');
    if (options.interrupted.aborted) interrupt();
    options.interrupted.addEventListener('abort', interrupt);
    const heard = (text: string): void => {
      silent.refresh();
      options.tell(text);
    };
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (output += text));
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', heard);
    child.once('error', failed);
    child.once('exit', () => endGroup(child));
    child.once('close', (code) => {
      clearTimeout(silent);
      options.interrupted.removeEventListener('abort', interrupt);
      const ended = { code: code ?? 1, output, ...(trouble !== undefined && { trouble }) };
      if (ending === undefined) done(ended);
      else ending.then(() => done(ended), failed);
    });
  });
}

function started([program = '', ...args]: readonly string[], more: NodeJS.ProcessEnv): ChildProcess {
  const real = (word: string): string => (word === 'node' ? process.execPath : word);
  const env = { ...process.env, ...more };
  return spawn(real(program), args.map(real), {
    cwd: root,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

function endGroup(child: ChildProcess): void {
  try {
    process.kill(-(child.pid ?? 0), 'SIGKILL');
  } catch {
    // Nothing of it is left, as it should be.
  }
  // What has left the group may hold the pipes open; there is nothing more to be heard of it.
  const timer = setTimeout(() => {
    child.stdout?.destroy();
    child.stderr?.destroy();
  }, pipesEmptied);
  child.once('close', () => clearTimeout(timer));
}

function inWords(milliseconds: number): string {
  return milliseconds < 60_000 ? `${milliseconds / 1000} s` : `${milliseconds / 60_000} minutes`;
}
