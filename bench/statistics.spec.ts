import assert from 'node:assert/strict';
import { median, percentile, spread } from './statistics.ts';

describe('bench: statistics', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);

  it('takes the smallest value that so many do not exceed', () => {
    assert.equal(percentile(hundred, 0.5), 50);
    assert.equal(percentile(hundred, 0.99), 99);
    assert.equal(percentile(hundred, 1), 100);
    assert.equal(percentile([7], 0.99), 7);
  });

  it('takes the middle, or the mean of the middle two', () => {
    assert.equal(median([3, 1, 2]), 2);
    assert.equal(median([4, 1, 2, 3]), 2.5);
  });

  it('tells the lowest and the highest', () => {
    assert.deepEqual(spread([3, 1, 2]), { median: 2, low: 1, high: 3, count: 3 });
  });

  it('says of nothing that it is no number', () => {
    assert.ok(Number.isNaN(median([])));
    assert.ok(Number.isNaN(percentile([], 0.5)));
  });
});
