import assert from 'node:assert/strict';
import { silentLog } from './log.ts';
import type { Log } from './log.ts';
import type { Outcome } from './outcome.ts';
import type { SiteKey } from './cluster.ts';
import { Controller } from './controller.ts';
import type { PassResult } from './controller.ts';
import { Conflict, TooManyRequests } from './errors.ts';
import { FakeClock, settled } from './fake-clock.ts';
import { WorkQueue } from './work-queue.ts';

const request = { method: 'PATCH', path: '/x' };
const hour = 3_600_000;

class World {
  readonly clock = new FakeClock();
  readonly queue = new WorkQueue({ clock: this.clock, random: () => 0 });
  readonly stop = new AbortController();
  readonly results: PassResult[] = [];
  readonly passes: SiteKey[] = [];
  readonly existing = new Set<SiteKey>(['ns/shop', 'ns/blog']);
  readonly logged: string[] = [];
  /** What the next passes do. */
  pass: (key: SiteKey, signal: AbortSignal) => Promise<Outcome> = () => Promise.resolve({ kind: 'settled' });
  readonly controller: Controller;
  #run: Promise<void> | undefined;

  constructor(workers = 2) {
    const log: Log = {
      ...silentLog,
      warn: (message, data) => this.logged.push(`warn ${message} ${String(data?.['error'])}`),
      debug: (message) => this.logged.push(`debug ${message}`),
    };
    this.controller = new Controller({
      reconcile: (key, signal) => {
        this.passes.push(key);
        return this.pass(key, signal);
      },
      queue: this.queue,
      sites: () => [...this.existing],
      exists: (key) => this.existing.has(key),
      mine: (key) => !key.startsWith('other/'),
      clock: this.clock,
      random: () => 0.5,
      log,
      workers,
      passed: (result) => this.results.push(result),
    });
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

  const outcomes: { outcome: Outcome; result: PassResult; next: number }[] = [
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
  ];
  for (const { outcome, result, next } of outcomes) {
    it(`looks again ${next / 1000} s after ${JSON.stringify(outcome)}`, async () => {
      world.pass = () => Promise.resolve(outcome);
      world.queue.add('ns/shop', 'user');
      await settled();
      assert.deepEqual(world.results, [result]);
      assert.deepEqual(world.clock.pending(), [next]);
    });
  }

  it('does not look again at a site that is gone', async () => {
    world.queue.add('ns/gone', 'drift');
    await settled();
    assert.deepEqual(world.results, ['success']);
    assert.deepEqual(world.clock.pending(), []);
  });

  it('tries again after a failure, later each time, and forgets failures after a success', async () => {
    world.pass = () => Promise.reject(new Error('no luck'));
    world.queue.add('ns/shop', 'user');
    await settled();
    assert.deepEqual(world.clock.pending(), [250]);
    await world.clock.advance(250);
    assert.deepEqual(world.results, ['error', 'error']);
    assert.deepEqual(world.logged, ['warn pass failed no luck', 'warn pass failed no luck']);
    world.pass = () => Promise.resolve({ kind: 'settled' });
    await world.clock.advance(250);
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

  it('notes changes of its own shard only', () => {
    const change = (namespace: string, name: string): Parameters<Controller['changed']>[0] => ({
      kind: 'HostedSite',
      type: 'added',
      object: { apiVersion: 'hostedsite.dev/v1alpha1', kind: 'HostedSite', metadata: { namespace, name } },
    });
    const standby = new World();
    standby.controller.changed(change('ns', 'shop'), false);
    standby.controller.changed(change('other', 'shop'), false);
    assert.equal(standby.queue.depth, 1, 'keys gather before workers run');
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

  it('looks at a site again when an object of it is deleted', async () => {
    const labels = { 'app.kubernetes.io/managed-by': 'hostedsite', 'app.kubernetes.io/instance': 'shop' };
    const object = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'shop-web', namespace: 'ns', labels },
    };
    world.controller.changed({ kind: 'Service', type: 'deleted', object }, false);
    await settled();
    assert.deepEqual(world.passes, ['ns/shop']);
  });

  it('makes one pass for news that comes within a quarter of a second, counted from the first', async () => {
    const labels = { 'app.kubernetes.io/managed-by': 'hostedsite', 'app.kubernetes.io/instance': 'shop' };
    const object = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'shop-web-1', namespace: 'ns', labels },
    };
    world.controller.changed({ kind: 'Pod', type: 'added', object }, false);
    await world.clock.advance(200);
    world.controller.changed({ kind: 'Pod', type: 'updated', object, before: object }, false);
    assert.deepEqual(world.passes, []);
    await world.clock.advance(50);
    assert.deepEqual(world.passes, ['ns/shop']);
  });

  it('looks at a site that is made again under the name of one that is gone', async () => {
    world.existing.delete('ns/shop');
    world.queue.add('ns/shop', 'drift');
    await settled();
    world.existing.add('ns/shop');
    world.queue.add('ns/shop', 'user');
    await settled();
    assert.deepEqual(world.passes, ['ns/shop', 'ns/shop']);
  });

  it('forgets failures after a success', async () => {
    const forgotten: SiteKey[] = [];
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
    const sites = Array.from({ length: 20 }, (_, number): SiteKey => `ns/site-${number}`);
    world.controller.reconsider(sites, 'resync');
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
