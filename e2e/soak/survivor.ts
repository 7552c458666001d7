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

/** The report beside what was accepted; what is found twice is accepted twice. */
export function compared(
  files: Readonly<Record<string, ReportedFile>>,
  accepted: readonly Survivor[],
): Comparison {
  const found = Object.entries(files).flatMap(([file, { source, mutants }]) =>
    mutants.filter(({ status }) => unseen.has(status)).map((mutant) => described(file, source, mutant)),
  );
  const all = Object.values(files).flatMap(({ mutants }) => mutants);
  return {
    unexplained: beyond(found, accepted),
    stale: beyond(accepted, found).filter(({ file }) => file in files),
    judged: all.filter(({ status }) => !unjudged.has(status)).length,
  };
}

/** What is left of `some` when each of `others` has taken one away. */
function beyond<T extends Found>(some: readonly T[], others: readonly Found[]): T[] {
  const left = others.map(keyOf);
  return some.filter((one) => {
    const at = left.indexOf(keyOf(one));
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
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
