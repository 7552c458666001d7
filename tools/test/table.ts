import type { Outcome, Tally } from './part.ts';
import { slowestOf } from './slow-tests.ts';

const head = ['part', 'minutes', 'processors', 'passed', 'failed'];

/**
 * What the end of a run shows: a row for each part, what failed below it, a row for the whole, in which parts ran at once, the
 * slowest tests, and the sum alone on its line.
 */
export function table(
  outcomes: readonly Outcome[],
  { milliseconds, busy }: Pick<Outcome, 'milliseconds' | 'busy'>,
): string {
  const whole = { name: 'in all', milliseconds, busy, ...sumOf(outcomes) };
  const rows = [...outcomes, whole].map(({ name, milliseconds, busy, passed, failed }) => [
    name,
    (milliseconds / 60_000).toFixed(1),
    busy === undefined ? '' : `${Math.round(busy * 100)} % busy`,
    String(passed),
    String(failed),
  ]);
  const widths = head.map((word, column) =>
    Math.max(word.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((text, column) =>
        column === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[column] ?? 0),
      )
      .join('  ');
  const lines = rows.flatMap((row, at) => [line(row), ...below(outcomes[at])]);
  return [line(head), ...lines, ...slowest(outcomes), '', words(outcomes)].join('\n');
}

function below(outcome: Outcome | undefined): string[] {
  const trouble = outcome?.trouble === undefined ? [] : [`  ${outcome.trouble}`];
  return [...trouble, ...(outcome?.failures ?? []).map((failure) => `  ${failure}`)];
}

function slowest(outcomes: readonly Outcome[]): string[] {
  const tests = slowestOf(outcomes.flatMap(({ slow }) => slow));
  if (tests.length === 0) return [];
  const lines = tests.map(
    ({ title, milliseconds }) => `${(milliseconds / 1000).toFixed(0).padStart(5)} s  ${title}`,
  );
  return ['', 'slowest tests', ...lines];
}

/** CI reads this line. */
function words(outcomes: readonly Outcome[]): string {
  const { passed, failed } = sumOf(outcomes);
  return `${passed} passed, ${failed} failed`;
}

function sumOf(outcomes: readonly Outcome[]): Tally {
  const total = (of: (outcome: Outcome) => number): number =>
    outcomes.reduce((so, outcome) => so + of(outcome), 0);
  return { passed: total(({ passed }) => passed), failed: total(({ failed }) => failed) };
}
