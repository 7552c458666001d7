import assert from 'node:assert/strict';
import { failures } from './failures.ts';

describe('the failed tests of a run', () => {
  it('are told by their titles and their error, without where it was thrown', () => {
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

  {
+   open: []
-   open: [
-     '10.244.1.9'
-   ]
  }

      at Context.<anonymous> (a.e2e.ts:5:12)

  2) a site
       "after all" hook for "rests":
     Error: still there: 1) pod
      at Context.<anonymous> (a.e2e.ts:9:12)
`;
    assert.deepEqual(failures(output), [
      `a site › serves: AssertionError [ERR_ASSERTION]: Expected values to be strictly deep-equal:
    + actual - expected
      {
    +   open: []
    -   open: [
    -     '10.244.1.9'
    -   ]
      }`,
      'a site › "after all" hook for "rests": Error: still there: 1) pod',
    ]);
  });

  it('are cut where an error goes on and on', () => {
    const long = Array.from({ length: 99 }, (_, at) => `+ ${at}`).join('\n');
    const [told = ''] = failures(`  1 failing\n\n  1) a site\n       serves:\n\n      Error: all\n${long}\n`);
    assert.equal(told.split('\n').length, 26);
    const [wide = ''] = failures(
      `  1 failing\n\n  1) a site\n       serves:\n      Error: ${'x'.repeat(9999)}\n`,
    );
    assert.equal(wide.length, 2000);
  });

  it('are none of a run that passed', () => {
    assert.deepEqual(failures('  3 passing (2s)\n'), []);
  });
});
