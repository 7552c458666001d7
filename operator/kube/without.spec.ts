import assert from 'node:assert/strict';
import { without } from './without.ts';

describe('without', () => {
  it('leaves fields out of a copy', () => {
    const object = { a: 1, b: 2, c: undefined };
    assert.deepEqual(without(object, 'a'), { b: 2, c: undefined });
    assert.deepEqual(without(object, 'a', 'b', 'c'), {});
    assert.deepEqual(object, { a: 1, b: 2, c: undefined });
  });
});
