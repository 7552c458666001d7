import assert from 'node:assert/strict';
import { busyBetween, ticks } from './processors.ts';

describe('how busy the processors are', () => {
  it('is the share of ticks that were neither idle nor waiting for a disk', () => {
    const before = ticks(() => 'cpu  100 0 50 800 50 0 0 0 9 9\ncpu0 1 1 1 1\n');
    const after = ticks(() => 'cpu  160 5 60 810 55 5 5 0 9 9\n');
    assert.deepEqual(before, { busy: 150, all: 1000 });
    assert.equal(busyBetween(before, after), 0.85);
  });

  it('is unknown where the machine does not tell, and in no time', () => {
    const unknown = ticks(() => {
      throw new Error('ENOENT');
    });
    assert.equal(busyBetween(unknown, { busy: 1, all: 2 }), undefined);
    assert.equal(busyBetween({ busy: 1, all: 2 }, { busy: 1, all: 2 }), undefined);
  });
});
