import assert from 'node:assert/strict';
import { brokenFloors, idleReads, residentFigure, table, writesPerEdit } from './report.ts';
import type { Results } from './report.ts';

function results(ours: Record<string, number>, limit = {}): Results {
  const good = {
    'burst, sites/s': 10,
    'burst, children written/s': 160,
    'idle, writes': 0,
    [idleReads.gets]: 8,
    [idleReads.watches]: 8,
    [residentFigure]: 100,
  };
  const peer = { subject: 'controller-runtime', figures: good };
  return {
    about: { Sites: '100' },
    limit,
    runs: [{ subject: 'hostedsite', figures: { ...good, ...ours } }, peer, peer],
  };
}

describe('bench: report', () => {
  it('finds no fault in what is as good as the peer', () => {
    assert.deepEqual(brokenFloors(results({})), []);
  });

  for (const [figure, kept, broken, word] of [
    ['burst, sites/s', 7, 6.9, /^burst/],
    ['idle, writes', 0, 1, /^idle/],
    [idleReads.gets, 9, 10, /^idle: 2 reads/],
    [residentFigure, 300, 301, /^memory/],
    [`churn 5/s, ${writesPerEdit}`, 6, 6.1, /^churn 5\/s, writes per edit: 6.1/],
  ] as const) {
    it(`has a floor for: ${figure}`, () => {
      assert.deepEqual(brokenFloors(results({ [figure]: kept })), []);
      const [sentence, ...more] = brokenFloors(results({ [figure]: broken }));
      assert.match(sentence ?? '', word);
      assert.deepEqual(more, []);
    });
  }

  it('judges idle by its worst run', () => {
    const { runs, ...rest } = results({ 'idle, writes': 2 });
    const [first] = runs;
    const calm = { subject: 'hostedsite', figures: { ...first?.figures, 'idle, writes': 0 } };
    assert.match(brokenFloors({ ...rest, runs: [...runs, calm, calm] })[0] ?? '', /^idle: 2 writes/);
  });

  it('shows the median, lowest and highest of several runs, and the ratio', () => {
    const lines = table(results({ 'burst, sites/s': 9 })).split('\n');
    assert.ok(lines.includes('| burst, sites/s | 9 | 10 (10–10) | 0.9 |'));
  });

  it('shows no peer where none was measured', () => {
    const { runs, ...rest } = results({}, { 'limit, best, writes/s': 200 });
    const text = table({ ...rest, runs: runs.slice(0, 1) });
    const lines = text.split('\n');
    assert.ok(lines.includes('|  | hostedsite |'));
    assert.ok(lines.includes('| burst, sites/s | 10 |'));
    assert.doesNotMatch(text, /controller-runtime|NaN/);
  });

  it('shows both as shares of the limit', () => {
    const text = table(results({ 'burst, children written/s': 120 }, { 'limit, best, writes/s': 200 }));
    assert.match(text, /hostedsite 60 %, controller-runtime 80 %/);
  });
});
