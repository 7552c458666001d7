import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { misfit } from './misfit.ts';
import { broken, verdictOf } from './verdict.ts';
import type { Failure, Verdict } from './verdict.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** For all specs of one mutant, in milliseconds. */
const limit = 45_000;
/** For every spec that some mutant has, without one: nothing is to be caught by a slow machine. */
const wholeLimit = 300_000;
/** For one test, in milliseconds. */
const testLimit = '10000';

/** Runs spec files in a process of their own, up to the first failure; with a mutant, that one is planted in it. */
export async function trial(specs: readonly string[], mutant?: string): Promise<Verdict> {
  const { code, output, errors, isLate } = await mocha(specs, mutant);
  if (isLate) return broken('its specs do not end');
  if (code === misfit) return { kind: 'invalid', why: errors.trim() };
  const told = spoken(output);
  if (told === undefined) return { kind: 'invalid', why: lastWords(errors) };
  return verdictOf(told.failures, told.stats.passes);
}

interface Told {
  stats: { passes: number };
  failures: readonly Failure[];
}

/** What mocha's JSON reporter wrote, after whatever the specs themselves wrote. */
function spoken(output: string): Told | undefined {
  const start = output.indexOf('{\n  "stats"');
  if (start < 0) return undefined;
  return JSON.parse(output.slice(start)) as Told;
}

function lastWords(errors: string): string {
  const line = errors.split('\n').find((one) => one.includes('Error'));
  return `the specs could not be loaded: ${line ?? errors.slice(0, 200)}`;
}

interface Ended {
  code: number | null;
  output: string;
  errors: string;
  isLate: boolean;
}

function mocha(specs: readonly string[], mutant: string | undefined): Promise<Ended> {
  const words = [
    ...['--disable-warning=ExperimentalWarning', '--import', './e2e/mutants/mutate.ts'],
    ...['node_modules/mocha/bin/mocha.js', '--no-config', '--exit', '--bail'],
    ...['--timeout', testLimit, '--reporter', 'json', ...specs],
  ];
  const env = { ...process.env, MUTANT: mutant ?? '' };
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, words, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const ended: Ended = { code: null, output: '', errors: '', isLate: false };
    const timer = setTimeout(
      () => {
        ended.isLate = true;
        child.kill('SIGKILL');
      },
      mutant === undefined ? wholeLimit : limit,
    );
    child.stdout.setEncoding('utf8').on('data', (text: string) => (ended.output += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (ended.errors += text));
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ ...ended, code });
    });
  });
}
