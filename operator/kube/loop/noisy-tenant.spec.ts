import assert from 'node:assert/strict';
import { FakeClock } from '../../testing/kube/fake-clock.ts';
import type { Key } from '../key.ts';
import type { Priority } from '../turns.ts';
import { WorkQueue } from './work-queue.ts';

const workers = 16;
const second = 1_000;
/** Milliseconds that a pass takes. */
const passTime = 300;

/** A queue with its workers, and how long keys took from what happened to the end of the pass that saw it. */
class Hall {
  readonly clock = new FakeClock();
  readonly queue = new WorkQueue({ clock: this.clock, random: () => 0.5, mostOfNamespace: 12 });
  readonly passes = new Map<Key, number>();
  readonly took = new Map<Key, number[]>();
  readonly #since = new Map<Key, number>();

  constructor(takes: (key: Key) => number = () => passTime) {
    for (let count = 0; count < workers; count += 1) void this.#work(takes);
  }

  happens(key: Key, priority: Priority): void {
    if (!this.#since.has(key)) this.#since.set(key, this.clock.monotonic());
    this.queue.add(key, priority);
  }

  /** Calls again and again, after so many milliseconds each time. */
  every(milliseconds: number, act: () => void): void {
    this.clock.after(milliseconds, () => {
      act();
      this.every(milliseconds, act);
    });
  }

  longest(key: Key): number {
    const all = this.took.get(key) ?? [];
    assert.ok(all.length > 10, `${key} had ${all.length} passes`);
    return Math.max(...all);
  }

  async #work(takes: (key: Key) => number): Promise<void> {
    for (let key = await this.queue.take(); key !== undefined; key = await this.queue.take()) {
      const since = this.#since.get(key);
      this.#since.delete(key);
      const taken = key;
      await new Promise<void>((resolve) => this.clock.after(takes(taken), resolve));
      this.passes.set(key, (this.passes.get(key) ?? 0) + 1);
      if (since !== undefined)
        this.took.set(key, [...(this.took.get(key) ?? []), this.clock.monotonic() - since]);
      this.queue.done(key);
    }
  }
}

function keys(namespace: string, count: number): Key[] {
  return Array.from({ length: count }, (_, at): Key => `${namespace}/site-${at}`);
}

/** One tenant edits 32 sites 24 times a second. */
function noisy(hall: Hall): void {
  hall.every(second / 24, () => {
    for (const key of keys('noisy', 32)) hall.happens(key, 'user');
  });
}

describe('a tenant who edits without a pause', () => {
  it("holds up nobody else's repair or edit for more than a second, for ten minutes", async () => {
    const hall = new Hall();
    noisy(hall);
    hall.every(2_300, () => hall.happens('quiet/repaired', 'drift'));
    hall.every(3_700, () => hall.happens('quiet/edited', 'user'));
    await hall.clock.advance(600 * second);
    assert.ok(hall.longest('quiet/repaired') <= second, `repair: ${hall.longest('quiet/repaired')} ms`);
    assert.ok(hall.longest('quiet/edited') <= second, `edit: ${hall.longest('quiet/edited')} ms`);
    hall.queue.stop();
  }).timeout(60_000);

  it('does not lose own repairs and resyncs', async () => {
    const hall = new Hall();
    noisy(hall);
    hall.every(5 * second, () => hall.happens('noisy/repaired', 'drift'));
    hall.every(5 * second, () => hall.happens('noisy/looked-at', 'resync'));
    await hall.clock.advance(120 * second);
    assert.ok(hall.longest('noisy/repaired') <= 5 * second);
    assert.ok(hall.longest('noisy/looked-at') <= 5 * second);
    hall.queue.stop();
  }).timeout(60_000);

  it('holds up nobody else with passes that take ten seconds', async () => {
    const hall = new Hall((key) => (key.startsWith('noisy/') ? 10 * second : passTime));
    noisy(hall);
    hall.every(2_300, () => hall.happens('quiet/repaired', 'drift'));
    await hall.clock.advance(120 * second);
    assert.ok(hall.longest('quiet/repaired') <= second);
    hall.queue.stop();
  }).timeout(60_000);
});

describe('a cold start with thousands of sites', () => {
  it("does not hold up anybody's edit, and goes on meanwhile", async () => {
    const hall = new Hall();
    const cold = Array.from({ length: 300 }, (_, at) => keys(`customer-${at}`, 10)).flat();
    for (const key of cold) hall.happens(key, 'resync');
    noisy(hall);
    hall.every(2_300, () => hall.happens('quiet/edited', 'user'));
    await hall.clock.advance(60 * second);
    assert.ok(hall.longest('quiet/edited') <= second);
    const looked = cold.filter((key) => hall.passes.has(key));
    // Every eighth turn of 53 a second.
    assert.ok(looked.length >= (60 * 53) / 8 - workers, `${looked.length} were looked at`);
    const namespaces = new Set(looked.map((key) => key.split('/')[0]));
    assert.equal(namespaces.size, 300, 'each namespace had its turns');
    hall.queue.stop();
  }).timeout(60_000);
});
