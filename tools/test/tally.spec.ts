import assert from 'node:assert/strict';
import type { Part } from './part.ts';
import { tallied } from './tally.ts';

describe('how many tests a part ran', () => {
  const rows: Record<string, [Part['counts'], number, string, [number, number]]> = {
    'is what mocha says': ['mocha', 0, '  ✔ one\n\n  12 passing (3s)\n', [12, 0]],
    'is what mocha says of failures': ['mocha', 2, '\n  1 passing (3s)\n  2 failing\n', [1, 2]],
    'is a failure when mocha ended badly, whatever it counted': ['mocha', 7, '  3 passing (1s)\n', [3, 1]],
    'is a failure when nothing ran': ['mocha', 0, '\n  0 passing (1ms)\n', [0, 1]],
    'is what Go says': ['go', 1, '--- PASS: TestA\n    --- PASS: TestA/b\n--- FAIL: TestC\n', [2, 1]],
    'is one for a command that ends well': ['one', 0, 'any 5 passing\n', [1, 0]],
    'is one failure for a command that does not': ['one', 3, '', [0, 1]],
  };
  for (const [what, [counts, code, output, [passed, failed]]] of Object.entries(rows))
    it(what, () => assert.deepEqual(tallied(counts, code, output), { passed, failed }));
});
