import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { rooms } from './rooms.ts';
import { compared } from './survivor.ts';
import type { ReportedFile } from './survivor.ts';
import { survivors } from './survivors.ts';

const usage = `usage: main.ts [OPTION…]
  plants every defect that Stryker knows into the rooms of e2e/soak/rooms.ts; fails when one passes that is not explained
  --file FILE       this file alone, from the root
  --again           judge everything anew, not only what has changed since the last run`;

const stryker = 'e2e/soak/node_modules/@stryker-mutator/core/bin/stryker.js';
const folder = 'dist/soak';
const report = `${folder}/report.json`;

function main(words: readonly string[]): number {
  const options = { file: { type: 'string' }, again: { type: 'boolean' } } as const;
  const { file, again = false } = parseArgs({ args: [...words], options }).values;
  const chosen = rooms.filter((room) => file === undefined || room.file === file);
  if (chosen.length === 0) throw new Error(`${file} is no room: rooms.ts has the list`);
  if (!existsSync(stryker)) throw new Error('Stryker is not installed: make soak does it');
  mkdirSync(folder, { recursive: true });
  const config = `${folder}/stryker.json`;
  writeFileSync(
    config,
    JSON.stringify(
      configuration(
        chosen.map((room) => room.file),
        again,
      ),
    ),
  );
  // Stryker starts the specs with whatever `node` is: the project's own strips types.
  const env = { ...process.env, PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH']}` };
  const { status } = spawnSync(process.execPath, [stryker, 'run', config], { stdio: 'inherit', env });
  return status === 0 ? judge() : 1;
}

function configuration(mutate: readonly string[], force: boolean) {
  const mocha = ['--no-config', '--exit', '--bail', '--timeout', '10000', '--reporter', 'tap'];
  return {
    mutate,
    testRunner: 'tap',
    tap: {
      testFiles: [...new Set(rooms.flatMap(({ specs }) => specs))],
      nodeArgs: ['-r', '{{hookFile}}', 'node_modules/mocha/bin/mocha.js', ...mocha, '{{testFile}}'],
    },
    // What is said in words is for golden files and people; a `?.` that is needed is seen by the type check.
    mutator: { excludedMutations: ['StringLiteral', 'OptionalChaining'] },
    // Node strips the types; nobody checks them.
    disableTypeChecks: false,
    ignorePatterns: ['bench', 'charts', 'docs', 'e2e', 'images', 'dist'],
    // Not below node_modules, where Node strips no types.
    tempDirName: `${folder}/sandbox`,
    incremental: true,
    incrementalFile: `${folder}/incremental.json`,
    force,
    reporters: ['progress-append-only', 'json'],
    jsonReporter: { fileName: report },
    // Beyond what the specs take without a defect: a busy machine is no loop without end.
    timeoutMS: 15_000,
    concurrency: 2,
  };
}

function judge(): number {
  const { files } = JSON.parse(readFileSync(report, 'utf8')) as { files: Record<string, ReportedFile> };
  const { unexplained, stale, judged } = compared(files, survivors);
  for (const one of unexplained) told(`no spec sees ${JSON.stringify(one, undefined, 2)}`);
  for (const { file, line } of stale) told(`stale in e2e/soak/survivors.ts: ${file}: ${line}`);
  if (unexplained.length > 0)
    told('assert what is wrong with them in a spec, or say in survivors.ts why nothing is');
  if (stale.length > 0) told('delete what is stale: a spec sees it now, or its line has changed');
  told(`${judged - unexplained.length} of ${judged} defects seen or explained`);
  return unexplained.length + stale.length === 0 ? 0 : 1;
}

function told(text: string): void {
  process.stdout.write(`${text}\n`);
}

try {
  process.exitCode = main(process.argv.slice(2));
} catch (error) {
  told(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  process.exitCode = 2;
}
