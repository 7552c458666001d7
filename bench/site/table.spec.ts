import assert from 'node:assert/strict';
import { summary } from '../../e2e/support/load/summary.ts';
import type { Outcome } from '../../e2e/support/load/visit.ts';
import { neighbourTable, table } from './table.ts';

const outcome = (change: Partial<Outcome> = {}): Outcome => ({
  class: 'cached',
  number: '1',
  method: 'GET',
  sent: 0,
  took: 1,
  late: 0,
  ...change,
});

describe('the table of availability', () => {
  it('says what was asked, what failed and how long it took', () => {
    const before = summary([outcome(), outcome({ took: 2 }), outcome({ class: 'post', took: 3 })]);
    const failure = { kind: 'connection', detail: 'reset' } as const;
    const during = summary([outcome({ took: 12 }), outcome({ class: 'post', took: 40, failure })]);
    const text = table([
      { name: 'a new image', seconds: 17.6, before, during, pods: { before: [], after: [] } },
    ]);
    assert.equal(
      text.split('\n')[2],
      '| a new image | 18 | 2 | 1 | 1.0 / 2.0 → 12 / 12 | none → none | 3.0 / 3.0 → 40 / 40 |',
    );
  });
});

describe('the table of bad neighbours', () => {
  it('says how long stored pages took, and how late they were asked for', () => {
    const before = summary([outcome(), outcome({ class: 'post', took: 3 })]);
    const during = summary([outcome({ took: 12, late: 2 })]);
    const text = neighbourTable([
      { name: 'it burns', seconds: 9, before, during, pods: { before: [], after: [] } },
    ]);
    assert.equal(text.split('\n')[2], '| it burns | 1 | 0 | 1.0 → 12 | 1.0 → 12 | 1.0 → 12 | 0.0 → 2.0 |');
  });
});

describe('a summary', () => {
  it('has a 99th percentile that one stall does not make', () => {
    const stalled = Array.from({ length: 500 }, (_, at) =>
      outcome({ took: at >= 100 && at < 120 ? 300 : 5 }),
    );
    const { p99, p99OfHundreds } = summary(stalled).latency['cached']!;
    assert.deepEqual([p99, p99OfHundreds], [300, 5]);
  });

  it('has a 99th percentile of what happens in most hundreds', () => {
    const slow = Array.from({ length: 500 }, (_, at) =>
      outcome({ took: at < 300 && at % 50 === 0 ? 300 : 5 }),
    );
    assert.equal(summary(slow).latency['cached']?.p99OfHundreds, 300);
  });

  it('counts a POST that failed as a failure and not as acknowledged', () => {
    const failure = { kind: 'timeout', detail: 'late' } as const;
    const { failed, acknowledged, requests } = summary([
      outcome({ method: 'POST', number: 'a' }),
      outcome({ method: 'POST', number: 'b', sent: 1000, failure }),
      outcome({ number: 'c' }),
    ]);
    assert.deepEqual(failed, [{ at: '1970-01-01T00:00:01.000Z', ...failure }]);
    assert.deepEqual([acknowledged, requests], [['a'], 3]);
  });
});
