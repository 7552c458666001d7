import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { catalogue } from './catalogue.ts';
import { chosen } from './choice.ts';
import { staleness } from './mutant.ts';
import type { Mutant } from './mutant.ts';
import { trial } from './trial.ts';
import { refusedByTypes } from './type-check.ts';
import type { Verdict } from './verdict.ts';

const usage = `usage: main.ts [OPTION…]
  type-checks every mutant of e2e/mutants, and runs its specs with it planted: one must fail, by an assertion
  --only NAME       this mutant alone
  --files GLOB      mutants of these files, such as 'operator/kube/**'
  --sample N        so many of them, drawn by chance
  --seed N          the chance of --sample (default: another one each time, and told)
  --report FILE     the verdicts as JSON
  --list            only name them`;

/** Of the mutants that have specs; below it the specs prove too little. */
const floor = 0.95;
/** Mutants at a time. */
const lanes = 2;

interface Row {
  readonly mutant: Mutant;
  readonly verdict: Verdict;
  readonly milliseconds: number;
}

async function main(words: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...words],
    options: {
      only: { type: 'string' },
      files: { type: 'string' },
      sample: { type: 'string' },
      seed: { type: 'string' },
      report: { type: 'string' },
      list: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help === true) return told(usage, 0);
  const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : whole(values.seed);
  const { only, files } = values;
  const count = values.sample === undefined ? undefined : whole(values.sample);
  const all = chosen(catalogue, { only, files, sample: count, seed });
  if (values.list === true) return told(all.map(({ name, file }) => `${name}  ${file}`).join('\n'), 0);
  const stale = await staleOnes(catalogue);
  if (stale.length > 0) return told(stale.join('\n'), 1);
  if (count !== undefined) told(`seed ${seed}`, 0);
  const refused = refusedByTypes(all);
  const mutants = all.filter(({ name, specs }) => specs.length > 0 || refused.has(name));
  const trouble = await troubleWithoutMutant(mutants);
  if (trouble !== undefined) return told(trouble, 1);
  return summary(await rowsOf(mutants, refused), all.length - mutants.length, values.report);
}

async function staleOnes(mutants: readonly Mutant[]): Promise<string[]> {
  const found = await Promise.all(
    mutants.map(async (mutant) =>
      staleness(mutant, await readFile(new URL(`../../${mutant.file}`, import.meta.url), 'utf8')),
    ),
  );
  return found.filter((sentence) => sentence !== undefined);
}

/** What fails by itself would catch every mutant. */
async function troubleWithoutMutant(mutants: readonly Mutant[]): Promise<string | undefined> {
  const specs = [...new Set(mutants.flatMap((mutant) => mutant.specs))];
  if (specs.length === 0) return 'none of these mutants has a spec: only the fault rig can see them';
  const halves = [specs.filter((_, at) => at % lanes === 0), specs.filter((_, at) => at % lanes === 1)];
  const verdicts = await Promise.all(halves.filter((half) => half.length > 0).map((half) => trial(half)));
  const bad = verdicts.find(({ kind }) => kind !== 'survived');
  return bad && `the specs are not green without a mutant: ${words(bad)}`;
}

async function rowsOf(mutants: readonly Mutant[], refused: ReadonlyMap<string, Verdict>): Promise<Row[]> {
  const queue = [...mutants];
  const rows: Row[] = [];
  const lane = async (): Promise<void> => {
    for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
      const begun = performance.now();
      const verdict = refused.get(mutant.name) ?? (await trial(mutant.specs, mutant.name));
      const row = { mutant, verdict, milliseconds: Math.round(performance.now() - begun) };
      rows.push(row);
      told(
        `${verdict.kind.padEnd(9)}${mutant.name} (${mutant.family}, ${mutant.file}): ${words(verdict)}`,
        0,
      );
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return rows;
}

async function summary(
  rows: readonly Row[],
  unspecified: number,
  report: string | undefined,
): Promise<number> {
  const caught = rows.filter(({ verdict }) => verdict.kind === 'caught').length;
  const useless = rows.filter(
    ({ verdict }) => verdict.kind === 'broken' || verdict.kind === 'invalid',
  ).length;
  const isEnough = useless === 0 && caught >= floor * rows.length;
  if (report !== undefined) await writeFile(report, `${JSON.stringify(reported(rows), undefined, 2)}\n`);
  if (unspecified > 0) told(`${unspecified} more can be seen by the fault rig alone`, 0);
  if (useless > 0) told(`${useless} prove nothing: correct them in the catalogue, as their lines say`, 0);
  return told(`${caught} of ${rows.length} mutants caught`, isEnough ? 0 : 1);
}

function reported(rows: readonly Row[]) {
  const caught = rows.filter(({ verdict }) => verdict.kind === 'caught').length;
  const mutants = rows.map(({ mutant: { name, family, file, why }, verdict, milliseconds }) => {
    return { name, family, file, why, verdict: verdict.kind, detail: words(verdict), milliseconds };
  });
  return { caught, of: rows.length, mutants };
}

function words(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'caught':
      return verdict.by;
    case 'survived':
      return `${verdict.tests} tests passed all the same`;
    case 'broken':
    case 'invalid':
      return verdict.why;
  }
}

function whole(text: string): number {
  if (!/^\d{1,10}$/.test(text)) throw new Error(`not a whole number: ${text}`);
  return Number(text);
}

function told(text: string, code: number): number {
  process.stdout.write(`${text}\n`);
  return code;
}

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) =>
  told(`${error instanceof Error ? error.message : String(error)}\n${usage}`, 2),
);
