import assert from 'node:assert/strict';
import { backOff, deadline, pause, systemClock } from './clock.ts';
import { FakeClock } from '../testing/kube/fake-clock.ts';

describe('pause', () => {
  it('ends after its time', async () => {
    const clock = new FakeClock();
    let ended = false;
    const waiting = pause(clock, 100, new AbortController().signal).then(() => (ended = true));
    await clock.advance(99);
    assert.equal(ended, false);
    await clock.advance(1);
    await waiting;
  });

  it('ends with its signal and leaves no timer', async () => {
    const clock = new FakeClock();
    const stop = new AbortController();
    const waiting = pause(clock, 100, stop.signal);
    stop.abort();
    await waiting;
    assert.deepEqual(clock.pending(), []);
    await pause(clock, 100, stop.signal);
    assert.deepEqual(clock.pending(), []);
  });
});

describe('deadline', () => {
  const late = (): Error => new Error('late');

  it('aborts with its reason, and renewing puts it off', async () => {
    const clock = new FakeClock();
    const timer = deadline(clock, 100, late);
    await clock.advance(99);
    timer.renew(100);
    await clock.advance(99);
    assert.equal(timer.signal.aborted, false);
    await clock.advance(1);
    assert.equal((timer.signal.reason as Error).message, 'late');
  });

  it('aborts with the outer signal, with its reason', () => {
    const clock = new FakeClock();
    const outer = new AbortController();
    const timer = deadline(clock, 100, late, outer.signal);
    outer.abort(new Error('stopped'));
    assert.equal((timer.signal.reason as Error).message, 'stopped');
    assert.equal((deadline(clock, 100, late, outer.signal).signal.reason as Error).message, 'stopped');
  });

  it('is silent when it is cleared', async () => {
    const clock = new FakeClock();
    const outer = new AbortController();
    const timer = deadline(clock, 100, late, outer.signal);
    timer.clear();
    await clock.advance(200);
    outer.abort();
    assert.equal(timer.signal.aborted, false);
    assert.deepEqual(clock.pending(), []);
  });
});

describe('backOff', () => {
  it('doubles its range up to the ceiling and never goes below the floor', () => {
    const longest = [1, 2, 3, 4, 50, 5_000].map((failures) => backOff(failures, 500, 30_000, () => 1));
    assert.deepEqual(longest, [1_000, 2_000, 4_000, 8_000, 30_000, 30_000]);
    assert.equal(
      backOff(50, 500, 30_000, () => 0),
      500,
    );
  });
});

describe('systemClock', () => {
  it('calls back, and not when it is cancelled', async () => {
    await new Promise<void>((resolve) => {
      const cancel = systemClock.after(0, () => assert.fail('cancelled'));
      cancel();
      systemClock.after(0, resolve);
    });
  });

  it('holds delays that Node would turn into one millisecond', async () => {
    const cancel = systemClock.after(100 * 24 * 3_600_000, () => assert.fail('too early'));
    await new Promise<void>((resolve) => systemClock.after(5, resolve));
    cancel();
  });

  it('tells both times', () => {
    assert.ok(Math.abs(systemClock.wall() - Date.now()) < 1_000);
    assert.ok(systemClock.monotonic() <= systemClock.monotonic());
  });
});

describe('FakeClock', () => {
  it('fires timers in order, those set meanwhile too, and tells who waits for one', async () => {
    const clock = new FakeClock(1_000);
    const fired: string[] = [];
    clock.after(20, () => fired.push(`b@${clock.monotonic()}`));
    clock.after(10, () => {
      fired.push(`a@${clock.monotonic()}`);
      clock.after(5, () => fired.push(`c@${clock.monotonic()}`));
    });
    assert.deepEqual(clock.pending(), [10, 20]);
    const waiting = clock.timer((delay) => delay === 5);
    await clock.advance(100);
    await waiting;
    assert.deepEqual(fired, ['a@10', 'c@15', 'b@20']);
    assert.equal(clock.wall(), 1_100);
  });
});
