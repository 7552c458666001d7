import assert from 'node:assert/strict';
import { FakeClock } from '../../operator/testing/kube/fake-clock.ts';
import { RigClock } from './incarnation.ts';

describe('the clock of an incarnation', () => {
  let time: FakeClock;
  let clock: RigClock;
  let fired: string[];

  beforeEach(() => {
    time = new FakeClock();
    clock = new RigClock(time, 1);
    fired = [];
  });

  function after(milliseconds: number, name: string): () => void {
    return clock.after(milliseconds, () => fired.push(name));
  }

  it('fires like any other while it is not stopped', async () => {
    after(20, 'second');
    after(10, 'first');
    await time.advance(20);
    assert.deepEqual(fired, ['first', 'second']);
  });

  it('goes on measuring while no timer fires', async () => {
    after(10, 'never');
    clock.freeze();
    await time.advance(5_000);
    assert.deepEqual(fired, []);
    assert.equal(clock.monotonic(), 5_000);
  });

  it('fires afterwards what came due, in that order, and what has time left when that is over', async () => {
    after(20, 'second');
    after(10, 'first');
    after(100, 'later');
    clock.freeze();
    await time.advance(50);
    clock.thaw();
    await time.advance(0);
    assert.deepEqual(fired, ['first', 'second']);
    await time.advance(50);
    assert.deepEqual(fired, ['first', 'second', 'later']);
  });

  it('fires nothing that was called off, before, during or after the stop', async () => {
    const before = after(10, 'before');
    const during = after(10, 'during');
    const afterwards = after(10, 'afterwards');
    before();
    clock.freeze();
    await time.advance(50);
    during();
    clock.thaw();
    afterwards();
    await time.advance(50);
    assert.deepEqual(fired, []);
  });

  it('holds again what had not fired when it is stopped once more', async () => {
    after(10, 'held');
    clock.freeze();
    await time.advance(50);
    clock.thaw();
    clock.freeze();
    await time.advance(50);
    assert.deepEqual(fired, []);
    clock.thaw();
    await time.advance(0);
    assert.deepEqual(fired, ['held']);
  });

  it('keeps its time when its pace changes, and timers that run keep theirs', async () => {
    await time.advance(1_000);
    clock.pace(8);
    assert.equal(clock.monotonic(), 1_000);
    after(8_000, 'fast');
    await time.advance(1_000);
    assert.equal(clock.monotonic(), 9_000);
    assert.deepEqual(fired, ['fast']);
    after(800, 'begun fast');
    clock.pace(1);
    assert.equal(clock.monotonic(), 9_000);
    await time.advance(100);
    assert.deepEqual(fired, ['fast', 'begun fast']);
    assert.equal(clock.monotonic(), 9_100);
  });
});
