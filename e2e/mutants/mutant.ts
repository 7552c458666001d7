/** What goes wrong, by the shapes of defects that operators are known for. */
export type Family =
  /** An effect comes before what it rests on. */
  | 'order'
  /** The wrong object is taken for the right one. */
  | 'identity'
  /** What is remembered is not what is there. */
  | 'cache'
  /** A pass sees the way here instead of where it is. */
  | 'level'
  /** The status says what is not so, or is believed. */
  | 'status'
  /** Nobody comes back to finish. */
  | 'liveness'
  /** Something is left behind, or too much is taken. */
  | 'cleanup'
  /** A builder is wrong at the edge of what a user may write. */
  | 'edge';

/** F1 crash, F2 errors, F3 watch faults, F4 stale restart, F5 unobserved; none: the run without a fault shows it. */
export type FaultFamily = 'none' | 'F1' | 'F2' | 'F3' | 'F4' | 'F5' | 'F7';

/** One seeded defect: one line of the operator, written as a mistake that people make. */
export interface Mutant {
  /** Unique; the value of the variable MUTANT. */
  readonly name: string;
  readonly family: Family;
  /** From the root of the repository. */
  readonly file: string;
  /** Text within one line that occurs exactly once in the file. */
  readonly find: string;
  readonly replace: string;
  /** What a user would suffer from it. */
  readonly why: string;
  /** Spec files, from the root, that should fail; none: only the fault rig can see it. */
  readonly specs: readonly string[];
  /** Names of scenarios of `e2e/faults` in which the fault rig should see it; none: it has no such story. */
  readonly scenarios: readonly string[];
  /** With which of the rig's families of faults. */
  readonly faults: readonly FaultFamily[];
}

/** How often a text occurs. */
export function occurrences(text: string, part: string): number {
  return text.split(part).length - 1;
}

/** The file with the defect in it. Throws, saying what to do, when the mutant does not fit its file any more. */
export function mutated(mutant: Mutant, source: string): string {
  const stale = staleness(mutant, source);
  if (stale !== undefined) throw new Error(stale);
  return source.replace(mutant.find, () => mutant.replace);
}

/** Why a mutant does not fit its file, and what to do; undefined when it does. */
export function staleness({ name, file, find }: Mutant, source: string): string | undefined {
  const count = occurrences(source, find);
  if (count === 1) return undefined;
  const wish =
    count === 0
      ? 'give it the line as it is written now, or drop it when the defect cannot be made any more'
      : 'give it more of its line, until it is the only one';
  return `${name} is stale: its text occurs ${count} times in ${file}: ${wish}`;
}
