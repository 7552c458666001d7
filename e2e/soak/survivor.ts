/** A defect that no spec sees, and why that is right. */
export interface Survivor {
  readonly file: string;
  /** The whole line in which it begins, without the spaces around it: line numbers move. */
  readonly line: string;
  /** What is there, and what Stryker puts in its place; without the spaces around them. */
  readonly from: string;
  readonly to: string;
  readonly why: string;
}

/** What Stryker's report in JSON says of a file, as far as it is read here. */
export interface ReportedFile {
  readonly source: string;
  readonly mutants: readonly ReportedMutant[];
}

interface ReportedMutant {
  readonly status: string;
  readonly replacement?: string;
  readonly location: { readonly start: Position; readonly end: Position };
}

interface Position {
  readonly line: number;
  readonly column: number;
}

export type Found = Omit<Survivor, 'why'>;

export interface Comparison {
  /** No spec sees them, and nobody has said why. */
  readonly unexplained: readonly Found[];
  /** They are explained, and not there. */
  readonly stale: readonly Survivor[];
  readonly judged: number;
}

const unseen = new Set(['Survived', 'NoCoverage']);
const unjudged = new Set(['Ignored', 'CompileError']);

/** The report beside what was accepted. The same change at two places of equal text is one. */
export function compared(
  files: Readonly<Record<string, ReportedFile>>,
  accepted: readonly Survivor[],
): Comparison {
  const found = Object.entries(files).flatMap(([file, { source, mutants }]) =>
    mutants.filter(({ status }) => unseen.has(status)).map((mutant) => described(file, source, mutant)),
  );
  const keys = new Set(found.map(keyOf));
  const known = new Set(accepted.map(keyOf));
  const all = Object.values(files).flatMap(({ mutants }) => mutants);
  return {
    unexplained: found.filter((one, at) => !known.has(keyOf(one)) && isFirst(one, at, found)),
    stale: accepted.filter((one) => one.file in files && !keys.has(keyOf(one))),
    judged: all.filter(({ status }) => !unjudged.has(status)).length,
  };
}

function isFirst(one: Found, at: number, all: readonly Found[]): boolean {
  return all.findIndex((other) => keyOf(other) === keyOf(one)) === at;
}

function keyOf({ file, line, from, to }: Found): string {
  return JSON.stringify([file, line, from, to]);
}

function described(file: string, source: string, { replacement = '', location }: ReportedMutant): Found {
  const { start, end } = location;
  const lines = source.split('\n').slice(start.line - 1, end.line);
  const line = (lines[0] ?? '').trim();
  const last = lines.length - 1;
  const cut = lines.map((text, at) =>
    text.slice(at === 0 ? start.column - 1 : 0, at === last ? end.column - 1 : undefined),
  );
  return { file, line, from: squeezed(cut.join(' ')), to: squeezed(replacement) };
}

function squeezed(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
