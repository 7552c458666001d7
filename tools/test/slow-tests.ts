import type { SlowTest } from './part.ts';

/** The tests that took longest, from what mocha's `spec` reporter prints: titles by indentation, times behind them. */
export function slowTests(output: string): SlowTest[] {
  const suites: string[] = [];
  const found: SlowTest[] = [];
  for (const line of output.split('\n')) {
    const [, spaces = '', text = ''] = /^( +)(\S.*)$/.exec(line) ?? [];
    const depth = spaces.length / 2;
    if (text === '' || !Number.isInteger(depth)) continue;
    const [, test, time] = /^✔ (.*) \((\d+)ms\)$/.exec(text) ?? [];
    if (test !== undefined)
      found.push({ title: [...suites.slice(0, depth - 1), test].join(' › '), milliseconds: Number(time) });
    else if (!/^(✔|\d+\))/.test(text)) suites.splice(depth - 1, Infinity, text);
  }
  return slowestOf(found);
}

export function slowestOf(tests: readonly SlowTest[], most = 15): SlowTest[] {
  return [...tests].sort((a, b) => b.milliseconds - a.milliseconds).slice(0, most);
}
