import { execFile, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';

/** What a person must do before this program can go on: one sentence, shown without a stack. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}

export interface CommandOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  input?: string;
  /** Milliseconds; the command is ended by SIGKILL after that. */
  timeout?: number;
  /** Is told what the program writes, piece by piece, on both outputs. */
  heard?: (text: string) => void;
}

/** Runs a program to its end and returns what it printed; fails with its own words. */
export function run(program: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const { heard } = options;
  return new Promise((done, failed) => {
    const child = execFile(
      program,
      [...args],
      { ...options, killSignal: 'SIGKILL', maxBuffer: 256 * 1024 * 1024, encoding: 'utf8' },
      (error, stdout, stderr) => {
        if (error === null) done(stdout);
        else
          failed(
            new Error(`${program} ${args.slice(0, 6).join(' ')}: ${lastLines(stderr || error.message)}`, {
              cause: error,
            }),
          );
      },
    );
    if (heard !== undefined) {
      child.stdout?.on('data', heard);
      child.stderr?.on('data', heard);
    }
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(options.input ?? '');
  });
}

/** Like `run`, for commands whose failure is an answer: undefined. */
export async function attempt(
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string | undefined> {
  try {
    return await run(program, args, options);
  } catch {
    return undefined;
  }
}

/** Starts a program that outlives this one; its output goes to a file. Returns its process id. */
export function launch(
  program: string,
  args: readonly string[],
  log: string,
  env: NodeJS.ProcessEnv = process.env,
): number {
  mkdirSync(dirname(log), { recursive: true });
  const output = openSync(log, 'a');
  const child = spawn(program, [...args], { detached: true, stdio: ['ignore', output, output], env });
  closeSync(output);
  child.unref();
  if (child.pid === undefined) throw new Error(`could not start ${program}`);
  return child.pid;
}

/** Tries until an answer other than undefined comes; fails with the sentence when the time is over. */
export async function until<T>(what: string, seconds: number, ask: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await Promise.resolve()
      .then(ask)
      .catch(() => undefined);
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`${what}: not within ${seconds} s`);
    await new Promise((wake) => setTimeout(wake, 100));
  }
}

export function progress(text: string): void {
  process.stderr.write(`${text}\n`);
}

/**
 * To be told what a long command writes: now and then its last line is shown. Nothing is shown of a command that is silent,
 * so that silence means what it says.
 */
export function lastWords(
  name: string,
  tell: (text: string) => void = progress,
  now: () => number = Date.now,
): (text: string) => void {
  const began = now();
  let toldAt = began;
  return (text) => {
    const line = text.trim().split('\n').at(-1)?.trim() ?? '';
    if (line === '' || now() - toldAt < 30_000) return;
    toldAt = now();
    tell(`  ${name}, ${Math.round((toldAt - began) / 1000)} s: ${line.slice(0, 100)}`);
  };
}

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-12).join('\n');
}
