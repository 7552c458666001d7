import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FakeClock, settled } from '../../testing/kube/fake-clock.ts';
import type { Key } from '../key.ts';
import { priorities } from '../turns.ts';
import type { Priority } from '../turns.ts';
import { WorkQueue } from './work-queue.ts';

describe('WorkQueue', () => {
  let clock: FakeClock;
  let queue: WorkQueue;
  let added: number;
  let taken: [Priority, number][];
  let retried: number;

  beforeEach(() => {
    clock = new FakeClock();
    added = retried = 0;
    taken = [];
    queue = new WorkQueue({
      clock,
      random: () => 0.5,
      added: () => (added += 1),
      taken: (priority, waited) => taken.push([priority, waited]),
      retried: () => (retried += 1),
    });
  });

  /** Takes and finishes everything that could be worked on now. */
  async function drained(): Promise<Key[]> {
    const keys: Key[] = [];
    while (queue.depth > 0) {
      const key = await queue.take();
      assert.ok(key);
      keys.push(key);
      queue.done(key);
    }
    return keys;
  }

  it('gives each key once, however often it was added', async () => {
    for (let count = 0; count < 100; count += 1) queue.add('a/x', 'drift');
    assert.equal(queue.depth, 1);
    assert.equal(added, 1);
    assert.deepEqual(await drained(), ['a/x']);
  });

  it('gives a key to one worker only, and again when something happened meanwhile', async () => {
    queue.add('a/x', 'drift');
    assert.equal(await queue.take(), 'a/x');
    queue.add('a/x', 'drift');
    queue.add('a/x', 'user');
    assert.equal(queue.depth, 0);
    assert.equal(queue.running, 1);
    queue.done('a/x');
    assert.equal(queue.depth, 1);
    assert.equal(await queue.take(), 'a/x');
    assert.deepEqual(taken.at(-1)?.[0], 'user');
    queue.done('a/x');
    assert.equal(queue.depth, 0);
    assert.equal(added, 2);
  });

  it('takes a person first, then drift, then resync, and a key moves up', async () => {
    queue.add('a/resync', 'resync');
    queue.add('a/raised', 'resync');
    queue.add('a/drift', 'drift');
    queue.add('a/user', 'user');
    queue.add('a/raised', 'user');
    queue.add('a/raised', 'drift');
    assert.deepEqual(await drained(), ['a/user', 'a/raised', 'a/drift', 'a/resync']);
  });

  it('gives a key that moved up once', async () => {
    queue.add('a/x', 'resync');
    queue.add('a/x', 'user');
    assert.deepEqual(await drained(), ['a/x']);
    queue.add('b/y', 'resync');
    assert.deepEqual(await drained(), ['b/y']);
  });

  it('keeps the place of a key that is added again', async () => {
    for (const key of ['a/x', 'a/y', 'a/x'] as const) queue.add(key, 'drift');
    assert.deepEqual(await drained(), ['a/x', 'a/y']);
  });

  for (const [what, again] of [
    ['had its turn', 'drift'],
    ['moved up', 'user'],
  ] as const) {
    it(`remembers no turn of a namespace whose last key ${what}`, async () => {
      queue.add('a/x', 'drift');
      queue.add('a/x', again);
      await drained();
      queue.add('b/y', 'drift');
      queue.add('a/z', 'drift');
      assert.deepEqual(await drained(), ['b/y', 'a/z']);
    });
  }

  it('lets namespaces take turns', async () => {
    for (let count = 0; count < 1_000; count += 1) queue.add(`noisy/${count}`, 'user');
    queue.add('quiet/x', 'user');
    queue.add('calm/x', 'user');
    queue.add('quiet/y', 'user');
    assert.deepEqual((await drained()).slice(0, 6), [
      'noisy/0',
      'quiet/x',
      'calm/x',
      'noisy/1',
      'quiet/y',
      'noisy/2',
    ]);
  });

  it('wakes the worker that has waited longest', async () => {
    const first = queue.take();
    const second = queue.take();
    queue.add('a/x', 'user');
    queue.add('a/y', 'user');
    assert.deepEqual(await Promise.all([first, second]), ['a/x', 'a/y']);
  });

  it('tells how long keys waited, from the first time they were added, and how long passes run', async () => {
    await clock.advance(3);
    queue.add('a/x', 'resync');
    await clock.advance(10);
    queue.add('a/x', 'user');
    await clock.advance(5);
    await queue.take();
    assert.deepEqual(taken, [['user', 15]]);
    await clock.advance(7);
    assert.deepEqual(queue.runningFor(), [7]);
  });

  it('adds later, at the earliest of several times', async () => {
    queue.addAfter('a/x', 100, 'resync');
    queue.addAfter('a/x', 50, 'drift');
    queue.addAfter('a/x', 80, 'drift');
    await clock.advance(49);
    assert.equal(queue.depth, 0);
    await clock.advance(1);
    assert.deepEqual(await drained(), ['a/x']);
    assert.deepEqual(clock.pending(), []);
  });

  it('adds later what is most urgent of several priorities', async () => {
    queue.addAfter('a/x', 50, 'resync');
    queue.addAfter('a/x', 100, 'drift');
    queue.addAfter('a/y', 100, 'user');
    queue.addAfter('a/y', 50, 'resync');
    await clock.advance(50);
    await drained();
    assert.deepEqual(
      taken.map(([priority]) => priority),
      ['user', 'drift'],
    );
  });

  it('leaves workers for others while one namespace is slow', async () => {
    const narrow = new WorkQueue({ clock, random: () => 0.5, mostOfNamespace: 2 });
    for (const key of ['slow/a', 'slow/b', 'slow/c'] as const) narrow.add(key, 'user');
    assert.deepEqual([await narrow.take(), await narrow.take()], ['slow/a', 'slow/b']);
    const third = narrow.take();
    narrow.add('quick/x', 'resync');
    assert.equal(await third, 'quick/x');
    const fourth = narrow.take();
    narrow.done('quick/x');
    assert.equal(narrow.depth, 1, 'slow/c waits, a worker too');
    narrow.done('slow/a');
    assert.equal(await fourth, 'slow/c');
  });

  it('forgets a time that was set before when the key has its turn', async () => {
    queue.addAfter('a/x', 100, 'resync');
    queue.add('a/x', 'user');
    assert.deepEqual(await drained(), ['a/x']);
    assert.deepEqual(clock.pending(), []);
  });

  it('keeps a time that is set while the key is worked on', async () => {
    queue.add('a/x', 'user');
    await queue.take();
    queue.addAfter('a/x', 100, 'drift');
    queue.done('a/x');
    await clock.advance(100);
    assert.equal(queue.depth, 1);
  });

  it('waits longer with each failure, and begins anew after a success', async () => {
    const waits: number[] = [];
    for (let count = 0; count < 14; count += 1) {
      queue.retry('a/x');
      waits.push(clock.pending()[0] ?? 0);
      await clock.advance(300_000);
      await drained();
    }
    assert.deepEqual(waits.slice(0, 4), [375, 625, 1_125, 2_125]);
    assert.equal(waits.at(-1), (250 + 300_000) / 2, 'half of the ceiling with this random');
    queue.forget('a/x');
    queue.retry('a/x');
    assert.deepEqual(clock.pending(), [375]);
    assert.equal(retried, 15);
  });

  it('waits as long as the server asked', () => {
    queue.retry('a/x', 20_000);
    assert.deepEqual(clock.pending(), [20_000]);
  });

  it('stops: workers go home, timers end, nothing comes in', async () => {
    const waiting = queue.take();
    queue.addAfter('a/x', 100, 'drift');
    queue.stop();
    queue.add('a/y', 'user');
    queue.addAfter('a/z', 1, 'user');
    assert.equal(await waiting, undefined);
    assert.equal(await queue.take(), undefined);
    assert.deepEqual(clock.pending(), []);
    assert.equal(queue.depth, 0);
  });

  it('loses no key and never gives one to two workers, whatever the order of calls', async () => {
    const key = fc
      .tuple(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 0, max: 3 }))
      .map(([namespace, name]) => {
        return `${namespace}/${name}` as Key;
      });
    const step = fc.record({
      call: fc.constantFrom('add', 'take', 'done', 'later', 'advance'),
      key,
      priority: fc.constantFrom(...priorities),
      number: fc.integer({ min: 1, max: 50 }),
    });
    type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const time = new FakeClock();
        const tried = new WorkQueue({ clock: time, random: () => 0 });
        const running: Key[] = [];
        const owed = new Set<Key>();
        const took = (one: Key | undefined): void => {
          assert.ok(one !== undefined && !running.includes(one), 'two workers on one key');
          running.push(one);
          owed.delete(one);
        };
        const acts: Record<Step['call'], (one: Step) => void | Promise<void>> = {
          add: (one) => {
            tried.add(one.key, one.priority);
            owed.add(one.key);
          },
          later: (one) => {
            tried.addAfter(one.key, one.number, 'resync');
            owed.add(one.key);
          },
          take: async () => {
            if (tried.depth > 0) took(await tried.take());
          },
          done: (one) => {
            for (const key of running.splice(one.number % 4, 1)) tried.done(key);
          },
          advance: (one) => time.advance(one.number),
        };
        for (const one of steps) await acts[one.call](one);
        await time.advance(60);
        for (const one of running.splice(0)) tried.done(one);
        while (tried.depth > 0) took(await tried.take());
        assert.deepEqual([...owed], [], 'keys are lost');
      }),
      { numRuns: 100 },
    );
    await settled();
  });
});
