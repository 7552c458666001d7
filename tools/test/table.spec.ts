import assert from 'node:assert/strict';
import type { Outcome } from './part.ts';
import { table } from './table.ts';

describe('the end of a run', () => {
  const outcome = (name: string, more: Partial<Outcome>): Outcome => ({
    ...{ name, passed: 0, failed: 0, failures: [], slow: [], milliseconds: 0, busy: undefined },
    ...more,
  });

  it('is a table, the slowest tests, and the sum alone on the last line', () => {
    const all = [
      outcome('unit', { passed: 1200, milliseconds: 90_000, busy: 0.934 }),
      outcome('stories', {
        passed: 8,
        failed: 1,
        milliseconds: 1_203_000,
        busy: 0.31,
        failures: ['a site › serves: Error: 503'],
        slow: [{ title: 'a site › goes on', milliseconds: 61_400 }],
      }),
      outcome('chart', { failed: 1, trouble: 'not tried, for lack of: cluster' }),
    ];
    const text = table(all, { milliseconds: 1_206_000, busy: 0.4 });
    assert.deepEqual(text.split('\n'), [
      'part     minutes  processors  passed  failed',
      'unit         1.5   93 % busy    1200       0',
      'stories     20.1   31 % busy       8       1',
      '  a site › serves: Error: 503',
      'chart        0.0                   0       1',
      '  not tried, for lack of: cluster',
      'in all      20.1   40 % busy    1208       2',
      '',
      'slowest tests',
      '   61 s  a site › goes on',
      '',
      '1208 passed, 2 failed',
    ]);
  });
});
