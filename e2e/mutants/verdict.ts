/** What was made of a mutant, or of the operator as it is. */
export type Verdict =
  /** An assertion failed: the specs see the defect. */
  | { readonly kind: 'caught'; readonly by: string }
  | { readonly kind: 'survived'; readonly tests: number }
  /** No defect that could land, or one that ended in something else than a failed assertion: it proves nothing. */
  | { readonly kind: 'broken'; readonly why: string }
  /** The specs said nothing about the mutant: it was not planted, or nothing ran. */
  | { readonly kind: 'invalid'; readonly why: string };

/** A failed test or hook, as mocha's JSON reporter writes it. */
export interface Failure {
  readonly fullTitle: string;
  readonly err: Thrown;
}

interface Thrown {
  readonly message?: string;
  readonly stack?: string;
  readonly code?: unknown;
  readonly cause?: Thrown;
}

const advice =
  'write the defect so that it runs and gives a wrong answer, and have a spec assert the right one';

/** A pass that throws one of these may be noticed by an assertion: that the text is wrong is no defect all the same. */
const mistake = /\b(Type|Reference|Syntax)Error\b/;

/** `how` it went, without an assertion that failed. */
export function broken(how: string): Verdict {
  return { kind: 'broken', why: `${how}: ${advice}` };
}

/** The first failure decides: those after it may be its echo. */
export function verdictOf(failures: readonly Failure[], passes: number): Verdict {
  const [failure] = failures;
  if (failure === undefined)
    return passes === 0 ? { kind: 'invalid', why: 'no test ran' } : { kind: 'survived', tests: passes };
  const { fullTitle, err } = failure;
  return isAssertion(err)
    ? { kind: 'caught', by: fullTitle }
    : broken(`no assertion failed in "${fullTitle}", but ${firstLine(err)}`);
}

/** fast-check throws an error of its own; its cause is what the property threw. */
function isAssertion({ code, cause, message = '' }: Thrown): boolean {
  return (code === 'ERR_ASSERTION' || cause?.code === 'ERR_ASSERTION') && !mistake.test(message);
}

function firstLine({ stack, message }: Thrown): string {
  return (stack ?? message ?? 'something that is no error').trim().split('\n', 1).join('').slice(0, 160);
}
