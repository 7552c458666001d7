import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { failures } from './failures.ts';

/**
 * `make test`: every part in turn, each whatever the earlier ones said, then one line with the sum. The stories share one
 * cluster, and those of nodes another one; each is stopped at its end, also after a failure.
 */
interface Part {
  readonly name: string;
  readonly command: readonly string[];
  /** Whose closing lines tell how many tests ran; others count as one. */
  readonly counts: 'mocha' | 'go' | 'one';
  /** A part without which the later ones of the same need are not tried. */
  readonly gives?: 'cluster' | 'cluster of three nodes';
  readonly needs?: Part['gives'];
}

const root = fileURLToPath(new URL('..', import.meta.url));
const mocha = ['node', 'node_modules/mocha/bin/mocha.js'];
const cluster = ['node', 'e2e/cluster/main.ts'];

const alone = ['--no-config', '--timeout', '600000'];
const rig = [
  'control-plane/api-server',
  'control-plane/autoscaling',
  'control-plane/route',
  'faults/proxy',
  'faults/proxy-watches',
  'faults/rights',
].map((name) => `e2e/${name}.e2e.ts`);
const processes = 'e2e/faults/processes/processes.e2e.ts';

const parts: readonly Part[] = [
  { name: 'generated files', command: ['make', 'verify'], counts: 'one' },
  { name: 'types', command: ['make', 'types'], counts: 'one' },
  { name: 'lint and architecture', command: ['make', 'lint'], counts: 'one' },
  { name: 'unit', command: mocha, counts: 'mocha' },
  { name: 'mutants', command: ['make', 'mutants'], counts: 'one' },
  { name: 'edge', command: [...mocha, ...alone, 'e2e/edge/*.e2e.ts'], counts: 'mocha' },
  { name: 'fault rig', command: [...mocha, ...alone, ...rig], counts: 'mocha' },
  { name: 'processes', command: [...mocha, ...alone, '--exit', processes], counts: 'mocha' },
  { name: 'faults', command: ['make', 'faults', 'SAMPLE=100'], counts: 'mocha' },
  { name: 'cluster starts', command: [...cluster, 'up'], counts: 'one', gives: 'cluster' },
  {
    name: 'storage driver',
    command: ['go', '-C', 'e2e/cluster/storage', 'test', '-v', './...'],
    counts: 'go',
  },
  {
    name: 'chart',
    command: [...cluster, 'enter', ...mocha, '--no-config', '--timeout', '60000', 'charts/chart.e2e.ts'],
    counts: 'mocha',
    needs: 'cluster',
  },
  {
    name: 'stories',
    command: [...mocha, '--config', 'e2e/.mocharc.json'],
    counts: 'mocha',
    needs: 'cluster',
  },
  { name: 'cluster stops', command: [...cluster, 'down'], counts: 'one' },
  {
    name: 'three nodes start',
    command: [...cluster, 'up', '--nodes', '3'],
    counts: 'one',
    gives: 'cluster of three nodes',
  },
  {
    name: 'stories of nodes',
    command: [...mocha, '--config', 'e2e/three-nodes/.mocharc.json'],
    counts: 'mocha',
    needs: 'cluster of three nodes',
  },
  { name: 'three nodes stop', command: [...cluster, 'down'], counts: 'one' },
];

interface Tally {
  passed: number;
  failed: number;
  readonly failures?: readonly string[];
}

const broken = new Set<string>();
const rows: string[] = [];
const sum: Tally = { passed: 0, failed: 0 };
for (const part of parts) {
  if (part.needs !== undefined && broken.has(part.needs)) {
    rows.push(`${part.name}: not tried, there is no ${part.needs}`);
    sum.failed += 1;
    continue;
  }
  const started = Date.now();
  const tally = await outcome(part);
  if (tally.failed > 0 && part.gives !== undefined) broken.add(part.gives);
  sum.passed += tally.passed;
  sum.failed += tally.failed;
  const seconds = Math.round((Date.now() - started) / 1000);
  rows.push(`${part.name}: ${tally.passed} passed, ${tally.failed} failed, ${seconds} s`);
  rows.push(...(tally.failures ?? []).map((failure) => `  ${failure}`));
}
process.stdout.write(`\n${rows.join('\n')}\n\n${sum.passed} passed, ${sum.failed} failed\n`);
process.exitCode = sum.failed > 0 ? 1 : 0;

async function outcome(part: Part): Promise<Tally> {
  process.stdout.write(`\n=== ${part.name}\n`);
  const { code, output } = await run(part.command);
  const tally = {
    mocha: mochaTally,
    go: goTally,
    one: (): Tally => ({ passed: code === 0 ? 1 : 0, failed: 0 }),
  }[part.counts](output);
  // A part that ended badly has failed, whatever it counted; one that ran nothing has failed too.
  if (tally.failed === 0 && (code !== 0 || tally.passed === 0)) tally.failed = 1;
  return tally;
}

function mochaTally(output: string): Tally {
  const count = (word: string): number =>
    Number(new RegExp(`^\\s*(\\d+) ${word}`, 'm').exec(output)?.[1] ?? 0);
  return { passed: count('passing'), failed: count('failing'), failures: failures(output) };
}

function goTally(output: string): Tally {
  const count = (word: string): number =>
    output.split('\n').filter((line) => line.trimStart().startsWith(`--- ${word}:`)).length;
  return { passed: count('PASS'), failed: count('FAIL') };
}

function run(command: readonly string[]): Promise<{ code: number; output: string }> {
  const [program = '', ...args] = command;
  const binary = program === 'node' ? process.execPath : program;
  const words = args.map((word) => (word === 'node' ? process.execPath : word));
  return new Promise((done, failed) => {
    const child = spawn(binary, words, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString('utf8');
      process.stdout.write(chunk);
    });
    child.on('error', failed);
    child.on('close', (code) => done({ code: code ?? 1, output }));
  });
}
