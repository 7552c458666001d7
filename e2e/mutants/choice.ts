import { matchesGlob } from 'node:path';
import { sample } from '../faults/sample.ts';
import type { Mutant } from './mutant.ts';

/** Which mutants a run is about. */
export interface Choice {
  /** This one alone. */
  readonly only?: string | undefined;
  /** Those whose file a glob fits, from the root. */
  readonly files?: string | undefined;
  /** So many of them, some of each family, drawn by the seed. */
  readonly sample?: number | undefined;
  readonly seed: number;
}

/** Throws when nothing is left: a run about nothing would be green. */
export function chosen(
  all: readonly Mutant[],
  { only, files, sample: count, seed }: Choice,
): readonly Mutant[] {
  const fitting = all
    .filter(({ name }) => only === undefined || name === only)
    .filter(({ file }) => files === undefined || matchesGlob(file, files));
  if (fitting.length === 0) throw new Error('no mutant of the catalogue fits these words');
  if (count === undefined) return fitting;
  const families = [...new Set(fitting.map(({ family }) => family))];
  return sample(
    new Map(families.map((family) => [family, fitting.filter((one) => one.family === family)])),
    count,
    seed,
  );
}
