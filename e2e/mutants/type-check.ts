import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { mutated } from './mutant.ts';
import type { Mutant } from './mutant.ts';
import { Project } from './project.ts';
import type { Verdict } from './verdict.ts';

const advice = 'write the mistake as somebody would who got past the type check';
const root = new URL('../../', import.meta.url);

/** The mutants that the type check refuses, by name: they could not land, so no spec has to see them. */
export function refusedByTypes(mutants: readonly Mutant[]): ReadonlyMap<string, Verdict> {
  const sources = new Map(mutants.map(({ file }) => [file, readFileSync(new URL(file, root), 'utf8')]));
  const project = new Project(fileURLToPath(root), [...sources.keys()]);
  const errorsWith = (some: readonly Mutant[]): ReadonlyMap<string, readonly string[]> =>
    project.errorsWith(new Map(some.map((one) => [one.file, mutated(one, sources.get(one.file) ?? '')])));
  const refused = new Map<string, Verdict>();
  for (const round of rounds(mutants)) {
    const together = errorsWith(round);
    for (const mutant of round) {
      if (together.get(mutant.file)?.length === 0) continue;
      // An importer may have been hurt by another mutant of the round.
      const [error] = errorsWith([mutant]).get(mutant.file) ?? [];
      if (error !== undefined) refused.set(mutant.name, { kind: 'broken', why: `${error} (${advice})` });
    }
  }
  return refused;
}

/** As many mutants at once as have files of their own: a program for each would take most of a minute. */
function rounds(mutants: readonly Mutant[]): Mutant[][] {
  const found: Mutant[][] = [];
  for (const mutant of mutants) {
    const round = found.find((some) => some.every(({ file }) => file !== mutant.file));
    if (round === undefined) found.push([mutant]);
    else round.push(mutant);
  }
  return found;
}
