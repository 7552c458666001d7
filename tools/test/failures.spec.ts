import assert from 'node:assert/strict';
import { failures } from './failures.ts';

describe('the failed tests of a run', () => {
  it('are told by their titles and the first line of their error', () => {
    const output = `
  a site
    1) serves
    ✔ rests
    2) "after all" hook for "rests"

  1 passing (3ms)
  2 failing

  1) a site
       serves:

      AssertionError [ERR_ASSERTION]: Expected values to be strictly deep-equal:
+ actual - expected

      at Context.<anonymous> (a.e2e.ts:5:12)

  2) a site
       "after all" hook for "rests":
     Error: still there: 1) pod
      at Context.<anonymous> (a.e2e.ts:9:12)
`;
    assert.deepEqual(failures(output), [
      'a site › serves: AssertionError [ERR_ASSERTION]: Expected values to be strictly deep-equal:',
      'a site › "after all" hook for "rests": Error: still there: 1) pod',
    ]);
  });

  it('are none of a run that passed', () => {
    assert.deepEqual(failures('  3 passing (2s)\n'), []);
  });
});
