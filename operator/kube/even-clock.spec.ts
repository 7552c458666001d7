import assert from 'node:assert/strict';
import { EvenClock } from './even-clock.ts';

const minute = 60_000;

describe('a clock that is looked at for its evenness', () => {
  let wall = Date.UTC(2030, 0, 1);
  let monotonic = 500;
  const clock = new EvenClock({ wall: () => wall, monotonic: () => monotonic });
  const pass = (milliseconds: number, shown = milliseconds): void => {
    wall += shown;
    monotonic += milliseconds;
  };

  it('has gone evenly for as long as it is looked at', () => {
    assert.equal(clock.evenFor(), 0);
    pass(minute);
    assert.equal(clock.evenFor(), minute);
    assert.equal(clock.wall(), Date.UTC(2030, 0, 1, 0, 1));
  });

  it('is kept right by small steps', () => {
    pass(minute, minute + 5000);
    assert.equal(clock.evenFor(), 2 * minute);
  });

  const steps: [what: string, shown: number][] = [
    ['set forward', 3 * 24 * 60 * minute],
    ['set back', -5001 - 5000],
    ['read after the machine stood still', 10 * minute],
  ];
  for (const [what, shown] of steps) {
    it(`begins anew when it is ${what}`, () => {
      pass(0, shown);
      assert.equal(clock.evenFor(), 0);
      pass(minute);
      assert.equal(clock.evenFor(), minute);
    });
  }

  it('has been uneven also when only its time was read meanwhile', () => {
    pass(0, -60 * minute);
    clock.wall();
    pass(minute);
    assert.equal(clock.evenFor(), minute);
  });
});
