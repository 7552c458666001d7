import assert from 'node:assert/strict';
import fc from 'fast-check';
import { verdictOf } from './verdict.ts';
import type { Failure } from './verdict.ts';

function thrownBy(act: () => unknown): Error {
  try {
    act();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  return assert.fail('it threw no error');
}

/** As mocha's JSON reporter writes it. */
function failure(error: Error): Failure {
  const own = Object.getOwnPropertyNames(error).map((name) => [name, error[name as keyof Error]]);
  return JSON.parse(JSON.stringify({ fullTitle: 'a rule', err: Object.fromEntries(own) })) as Failure;
}

const assertion = failure(thrownBy(() => assert.equal(1, 2)));
const mistake = failure(thrownBy(() => (undefined as unknown as string).length));

describe('what specs made of a mutant', () => {
  it('is that they caught it, when an assertion failed', () => {
    assert.deepEqual(verdictOf([assertion], 3), { kind: 'caught', by: 'a rule' });
  });

  it('is the same when the assertion is that of a property', () => {
    const property = fc.property(fc.integer(), () => assert.fail('never'));
    const found = failure(thrownBy(() => fc.assert(property, { seed: 1, numRuns: 1 })));
    assert.equal(verdictOf([found], 0).kind, 'caught');
  });

  const noticed = failure(thrownBy(() => assert.equal('thrown: TypeError: no such thing', 'settled')));
  const others: readonly [string, Failure, RegExp][] = [
    [
      'a mistake of its text',
      mistake,
      /"a rule", but TypeError: Cannot read prop.*: write the defect so that/,
    ],
    ['a mistake that an assertion notices', noticed, /"a rule", but AssertionError/],
    [
      'a property that meets one',
      failure(
        thrownBy(() =>
          fc.assert(
            fc.property(fc.integer(), () => {
              throw new RangeError('deep');
            }),
          ),
        ),
      ),
      /but Error: Property failed/,
    ],
    [
      'a test that does not end',
      failure(Object.assign(new Error('Timeout'), { code: 'ERR_MOCHA_TIMEOUT' })),
      /but Error: Timeout/,
    ],
  ];
  for (const [what, first, words] of others) {
    it(`is nothing, when ${what} ended it, whatever failed afterwards`, () => {
      const verdict = verdictOf([first, assertion], 3);
      assert.equal(verdict.kind, 'broken');
      assert.match('why' in verdict ? verdict.why : '', words);
    });
  }

  it('is that it survived, when all passed, and no verdict when nothing ran', () => {
    assert.deepEqual(verdictOf([], 3), { kind: 'survived', tests: 3 });
    assert.deepEqual(verdictOf([], 0), { kind: 'invalid', why: 'no test ran' });
  });
});
