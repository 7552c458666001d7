import assert from 'node:assert/strict';
import { duration, seconds } from './duration.ts';

describe('seconds', () => {
  const rows: [string, number][] = [
    ['0s', 0],
    ['90s', 90],
    ['10m', 600],
    ['72h', 259_200],
    ['99999h', 359_996_400],
  ];
  for (const [written, expected] of rows) {
    it(`${written} is ${expected}`, () => assert.equal(seconds(written), expected));
  }

  for (const wrong of ['', '10', 'm', '1h30m', '-1s', '1.5h', '100000s', ' 1s', '1s\n', '1d']) {
    it(`${JSON.stringify(wrong)} is none`, () => assert.throws(() => seconds(wrong), /not a duration/));
  }
});

describe('duration', () => {
  const rows: [string, number][] = [
    ['0s', 0],
    ['90s', 90],
    ['2m', 120],
    ['1h', 3600],
    ['61m', 3660],
    ['99999h', 359_996_400],
  ];
  for (const [expected, time] of rows) {
    it(`${time} is ${expected}`, () => {
      assert.equal(duration(time), expected);
      assert.equal(seconds(expected), time);
    });
  }
});
