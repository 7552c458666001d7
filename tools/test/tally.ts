import type { Part, Tally } from './part.ts';

/** How many tests a part ran, from its exit code and from what it printed. */
export function tallied(counts: Part['counts'], code: number, output: string): Tally {
  const { passed, failed } = tallies[counts](output, code);
  // A part that ended badly has failed, whatever it counted; one that ran nothing has failed too.
  return { passed, failed: failed === 0 && (code !== 0 || passed === 0) ? 1 : failed };
}

const tallies: Record<Part['counts'], (output: string, code: number) => Tally> = {
  mocha: (output) => {
    const count = (word: string): number =>
      Number(new RegExp(`^\\s*(\\d+) ${word}`, 'm').exec(output)?.[1] ?? 0);
    return { passed: count('passing'), failed: count('failing') };
  },
  go: (output) => {
    const count = (word: string): number =>
      output.split('\n').filter((line) => line.trimStart().startsWith(`--- ${word}:`)).length;
    return { passed: count('PASS'), failed: count('FAIL') };
  },
  one: (_output, code) => ({ passed: code === 0 ? 1 : 0, failed: 0 }),
};
