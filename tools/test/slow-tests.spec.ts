import assert from 'node:assert/strict';
import { slowestOf, slowTests } from './slow-tests.ts';

describe('the slowest tests of a run', () => {
  it('are told with their suites, the slowest first', () => {
    const output = `
=== stories

  a site
    ✔ rests
    ✔ serves (1200ms)
    when it is changed
      ✔ serves (on) (90500ms)
      1) goes on
  a cluster
  words that a test wrote
    ✔ starts (2300ms)

  5 passing (2m)
`;
    assert.deepEqual(slowTests(output), [
      { title: 'a site › when it is changed › serves (on)', milliseconds: 90_500 },
      { title: 'words that a test wrote › starts', milliseconds: 2_300 },
      { title: 'a site › serves', milliseconds: 1_200 },
    ]);
  });

  it('are fifteen', () => {
    const many = Array.from({ length: 20 }, (_, at) => ({ title: `test ${at}`, milliseconds: at }));
    assert.deepEqual(
      slowestOf(many).map(({ milliseconds }) => milliseconds),
      Array.from({ length: 15 }, (_, at) => 19 - at),
    );
  });
});
