import assert from 'node:assert/strict';
import type { KindChange } from '../watch/cache.ts';
import { Controller } from './controller.ts';
import type { PassResult } from './controller.ts';
import { Conflict, TooManyRequests } from '../errors.ts';
import { FakeClock, settled } from '../../testing/kube/fake-clock.ts';
import { keyOf } from '../key.ts';
import type { Key } from '../key.ts';
import { silentLog } from '../log.ts';
import type { Log } from '../log.ts';
import type { Loop, Lookup } from './loop.ts';
import type { Outcome } from '../outcome.ts';
import type { WorkQueue } from './work-queue.ts';

const request = { method: 'PATCH', path: '/x' };
const hour = 3_600_000;

const timing = { gather: 250, waiting: 5 * 60_000, resync: 10 * hour, workers: 2 };

class World {
  readonly clock = new FakeClock();
  readonly stop = new AbortController();
  readonly results: PassResult[] = [];
  readonly passes: Key[] = [];
  readonly logged: string[] = [];
  readonly lookup: Lookup = { cluster: { list: () => [] }, initial: false };
  /** What the next passes do. */
  pass: (key: Key, signal: AbortSignal) => Promise<Outcome> = () => Promise.resolve({ kind: 'settled' });
  /** How much is seen of namespaces. */
  sees: 'all' | 'not-yet' | 'never' = 'all';
  /** How news are told. */
  canWait = false;
  readonly controller: Controller;
  #run: Promise<void> | undefined;

  constructor(first: readonly Key[] = []) {
    const log: Log = {
      ...silentLog,
      warn: (message, data) => this.logged.push(`warn ${message} ${String(data?.['error'])}`),
      debug: (message) => this.logged.push(`debug ${message}`),
    };
    const loop: Loop = {
      ...{ name: 'spec', timing, mustBeCurrent: [], first },
      wakes: ({ object: { metadata } }) => [
        { key: keyOf(metadata.namespace ?? '', metadata.name), priority: 'drift', canWait: this.canWait },
      ],
      wakesOfKind: (kind) => [{ key: `kind/${kind}`, priority: 'resync', canWait: false }],
      reconcile: (key, signal) => {
        this.passes.push(key);
        return this.pass(key, signal);
      },
    };
    this.controller = new Controller({
      ...{ loop, clock: this.clock, log, random: () => 0.5 },
      sees: () => this.sees,
      passed: (result) => this.results.push(result),
    });
  }

  get queue(): WorkQueue {
    return this.controller.queue;
  }

  changed(name: string, type: KindChange['type'] = 'updated'): void {
    const object = { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'ns' } };
    this.controller.changed({ kind: 'Pod', type, object }, this.lookup);
  }

  start(): void {
    this.#run = this.controller.run(this.stop.signal);
  }

  /** Resolves when so many passes have begun, or when none is to be expected any more. */
  async begun(count: number): Promise<void> {
    for (let turn = 0; this.passes.length < count && turn < 100; turn += 1) await settled();
  }

  async end(): Promise<void> {
    this.stop.abort();
    await this.#run;
  }
}

describe('Controller', () => {
  let world: World;
  beforeEach(() => {
    world = new World();
    world.start();
  });
  afterEach(() => world.end());

  const outcomes: { outcome: Outcome; result: PassResult; next?: number }[] = [
    { outcome: { kind: 'settled' }, result: 'success', next: 10 * hour },
    {
      outcome: { kind: 'settled', recheckAt: new Date(Date.UTC(2030, 0, 1, 0, 1)) },
      result: 'requeue_after',
      next: 60_000,
    },
    { outcome: { kind: 'settled', recheckAt: new Date(0) }, result: 'requeue_after', next: 0 },
    { outcome: { kind: 'settled', recheckAt: new Date(8e15) }, result: 'requeue_after', next: 10 * hour },
    { outcome: { kind: 'waiting', reason: 'rolling out' }, result: 'requeue_after', next: 5 * 60_000 },
    {
      outcome: { kind: 'waiting', reason: 'x', recheckAt: new Date(Date.UTC(2030, 0, 1, 0, 0, 3)) },
      result: 'requeue_after',
      next: 3_000,
    },
    { outcome: { kind: 'stalled', reasons: ['NameTaken'] }, result: 'stalled', next: 10 * hour },
    { outcome: { kind: 'gone' }, result: 'success' },
  ];
  for (const { outcome, result, next } of outcomes) {
    it(`looks again ${next === undefined ? 'never' : `in ${next / 1000} s`} after ${JSON.stringify(outcome)}`, async () => {
      world.pass = () => Promise.resolve(outcome);
      world.queue.add('ns/shop', 'user');
      await settled();
      assert.deepEqual(world.results, [result]);
      assert.deepEqual(world.clock.pending(), next === undefined ? [] : [next]);
    });
  }

  it('makes no pass in a namespace that is seen in part, and looks again', async () => {
    world.sees = 'not-yet';
    world.queue.add('ns/shop', 'user');
    await settled();
    assert.deepEqual([world.passes, world.results], [[], ['requeue_after']]);
    world.sees = 'all';
    await world.clock.advance(15_000);
    assert.deepEqual(world.passes, ['ns/shop']);
  });

  it('makes no pass in a namespace that nobody is to look at, ever', async () => {
    world.sees = 'never';
    world.queue.add('ns/shop', 'user');
    await settled();
    assert.deepEqual([world.passes, world.results, world.clock.pending()], [[], ['success'], []]);
  });

  it('tries again after a failure, later each time, and forgets failures after a success', async () => {
    world.pass = () => Promise.reject(new Error('no luck'));
    world.queue.add('ns/shop', 'user');
    await settled();
    assert.deepEqual(world.clock.pending(), [375]);
    await world.clock.advance(375);
    assert.deepEqual(world.results, ['error', 'error']);
    assert.deepEqual(world.logged, ['warn pass failed no luck', 'warn pass failed no luck']);
    world.pass = () => Promise.resolve({ kind: 'settled' });
    await world.clock.advance(625);
    assert.deepEqual(world.results.at(-1), 'success');
  });

  it('also survives a pass that throws at once', async () => {
    world.pass = () => {
      throw new Error('no promise');
    };
    world.queue.add('ns/shop', 'user');
    await settled();
    assert.deepEqual(world.results, ['error']);
  });

  it('waits as long as the API server asked', async () => {
    const error = new TooManyRequests({
      request,
      code: 429,
      reason: 'TooManyRequests',
      retryAfterSeconds: 30,
    });
    world.pass = () => Promise.reject(error);
    world.queue.add('ns/shop', 'user');
    await settled();
    assert.deepEqual(world.clock.pending(), [30_000]);
  });

  it('makes no fuss about a conflict', async () => {
    world.pass = () => Promise.reject(new Conflict({ request, code: 409, reason: 'Conflict' }));
    world.queue.add('ns/shop', 'user');
    await settled();
    assert.deepEqual(world.logged, ['debug pass to be repeated']);
  });

  it('works on several sites at once, on each by one worker', async () => {
    const finish: (() => void)[] = [];
    world.pass = () => new Promise((resolve) => finish.push(() => resolve({ kind: 'settled' })));
    for (const key of ['ns/shop', 'ns/blog', 'ns/more'] as const) world.queue.add(key, 'user');
    await settled();
    world.queue.add('ns/shop', 'drift');
    assert.deepEqual(world.passes, ['ns/shop', 'ns/blog'], 'two workers');
    finish[0]?.();
    await world.begun(3);
    assert.deepEqual(world.passes, ['ns/shop', 'ns/blog', 'ns/more']);
    finish[1]?.();
    await world.begun(4);
    assert.deepEqual(world.passes.at(-1), 'ns/shop', 'again, because of what happened meanwhile');
    finish[2]?.();
    finish[3]?.();
  });

  it('notes changes before its workers run, and begins with the keys of its loop', async () => {
    const standby = new World(['ns/first']);
    standby.changed('shop');
    standby.controller.kindChanged('HTTPRoute', standby.lookup);
    await settled();
    assert.deepEqual([standby.queue.depth, standby.passes], [2, []]);
    standby.start();
    await standby.begun(3);
    assert.deepEqual(new Set(standby.passes), new Set(['ns/shop', 'kind/HTTPRoute', 'ns/first']));
    await standby.end();
  });

  it('ends when the passes under way have ended, and begins no new one', async () => {
    let finish: (() => void) | undefined;
    world.pass = (_key, signal) => {
      assert.equal(signal, world.stop.signal);
      return new Promise((resolve) => (finish = () => resolve({ kind: 'settled' })));
    };
    world.queue.add('ns/shop', 'user');
    await settled();
    let ended = false;
    const end = world.end().then(() => (ended = true));
    world.queue.add('ns/blog', 'user');
    await settled();
    assert.equal(ended, false);
    finish?.();
    await end;
    assert.deepEqual(world.passes, ['ns/shop']);
    assert.deepEqual(world.clock.pending(), []);
  });

  it('does nothing when it is stopped before it began', async () => {
    const late = new World();
    late.stop.abort();
    late.start();
    late.queue.add('ns/shop', 'user');
    await late.end();
    assert.deepEqual(late.passes, []);
  });

  it('looks at a key again when something of it is deleted', async () => {
    world.changed('shop', 'deleted');
    await settled();
    assert.deepEqual(world.passes, ['ns/shop']);
  });

  it('makes one pass for news that comes within a quarter of a second, counted from the first', async () => {
    world.canWait = true;
    world.changed('shop');
    await world.clock.advance(200);
    world.changed('shop');
    assert.deepEqual(world.passes, []);
    await world.clock.advance(50);
    assert.deepEqual(world.passes, ['ns/shop']);
  });

  it('looks at what is made again under the name of something that is gone', async () => {
    world.pass = () => Promise.resolve({ kind: 'gone' });
    world.queue.add('ns/shop', 'drift');
    await settled();
    world.queue.add('ns/shop', 'user');
    await settled();
    assert.deepEqual(world.passes, ['ns/shop', 'ns/shop']);
  });

  it('forgets failures after a success', async () => {
    const forgotten: Key[] = [];
    const forget = world.queue.forget.bind(world.queue);
    world.queue.forget = (key) => {
      forgotten.push(key);
      forget(key);
    };
    world.queue.add('ns/shop', 'user');
    await settled();
    assert.deepEqual(forgotten, ['ns/shop']);
  });

  it('holds up nothing else while it looks at many sites that need nothing', async () => {
    const sites = Array.from({ length: 20 }, (_, number): Key => `ns/site-${number}`);
    for (const key of sites) world.controller.wake(key, 'resync');
    const passes: number[] = [];
    for (let turn = 0; turn < 100; turn += 1) {
      await settled();
      passes.push(world.passes.length);
    }
    assert.equal(world.passes.length, sites.length);
    // Two workers take the first two at once; from then on answers and timers have their turn before each pass.
    const most = passes.map((count, turn) => count - (passes[turn - 1] ?? 2));
    assert.ok(Math.max(...most) <= 1, passes.join(' '));
  });
});
