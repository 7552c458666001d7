import assert from 'node:assert/strict';
import { chosenOf, sample } from './sample.ts';

describe('a random part', () => {
  const groups = new Map([
    ['many', Array.from({ length: 100 }, (_, index) => `many-${index}`)],
    ['few', ['few-0', 'few-1']],
  ]);

  it('is repeated by its seed', () => {
    assert.deepEqual(sample(groups, 20, 7), sample(groups, 20, 7));
    assert.notDeepEqual(sample(groups, 20, 7), sample(groups, 20, 8));
  });

  it('has as much of every group as there is, nothing twice, and as many as asked for', () => {
    const taken = sample(groups, 20, 1);
    assert.equal(taken.length, 20);
    assert.equal(new Set(taken).size, 20);
    assert.equal(taken.filter((item) => item.startsWith('few')).length, 2);
  });

  it('is everything without a number, and never more than there is', () => {
    assert.equal(new Set(sample(groups, undefined, 1)).size, 102);
    assert.equal(sample(groups, 1000, 1).length, 102);
  });

  it('gives every item the same chance', () => {
    const letters = new Map([['all', [...'abcd']]]);
    const firsts = Array.from({ length: 2000 }, (_, seed) => sample(letters, 1, seed)[0]);
    for (const letter of 'abcd') {
      const share = firsts.filter((first) => first === letter).length / 2000;
      assert.ok(Math.abs(share - 0.25) < 0.06, `${letter}: ${share}`);
    }
  });
});

describe('some of a list', () => {
  const letters = [...'abcdefgh'];

  it('are as many as wanted, each once, and the same for the same seed', () => {
    const chosen = chosenOf(letters, 3, 7);
    assert.equal(new Set(chosen).size, 3);
    assert.deepEqual(chosenOf(letters, 3, 7), chosen);
  });

  it('are each chosen by some seed', () => {
    const chosen = Array.from({ length: 100 }, (_, seed) => chosenOf(letters, 1, seed)[0]);
    assert.equal(new Set(chosen).size, letters.length);
  });

  it('are all when there are fewer', () => assert.equal(chosenOf(letters, 28, 1).length, letters.length));
});
