import assert from 'node:assert/strict';
import { Cache } from '../watch/cache.ts';
import { Controller } from './controller.ts';
import { FakeClock, settled } from '../../testing/kube/fake-clock.ts';
import { keyOf } from '../key.ts';
import { silentLog } from '../log.ts';
import { Loops } from './loops.ts';
import { sample } from '../../testing/kube/sample-resources.ts';

/** Two loops over one cache. `done` has what happened, in order. */
class World {
  readonly cache = new Cache(['Pod', 'HTTPRoute'].map(sample));
  readonly stop = new AbortController();
  readonly done: string[] = [];
  inSync = false;
  fill: () => void = () => undefined;
  /** Ends the reading of a kind. */
  readonly read = new Map<string, () => void>();
  readonly #controllers = [
    this.#controller('one', ['Pod', 'HostedSite']),
    this.#controller('other', ['HostedSite']),
  ];
  readonly loops: Loops;

  constructor() {
    const full = new Promise<void>((resolve) => (this.fill = resolve));
    const isInSync = (): boolean => this.inSync;
    const watches = {
      get inSync() {
        return isInSync();
      },
      whenInSync: () => full,
      catchUp: (kind: string) => {
        this.done.push(`reads ${kind}`);
        return new Promise<void>((resolve) => this.read.set(kind, resolve));
      },
    };
    const { cache } = this;
    this.loops = new Loops({ cache, watches, cluster: cache, controllers: this.#controllers });
  }

  pod(name: string): void {
    const metadata = { name, namespace: 'ns', uid: name, resourceVersion: '5' };
    this.cache.take('Pod', 'ADDED', { metadata: { ...metadata, labels } });
  }

  #controller(name: string, mustBeCurrent: readonly string[]): Controller {
    return new Controller({
      ...{ clock: new FakeClock(), random: () => 0.5, log: silentLog },
      loop: {
        ...{ name, mustBeCurrent, first: [] },
        timing: { gather: 0, waiting: 1, resync: 1_000, workers: 1 },
        wakes: ({ object }, { cluster, initial }) => {
          this.done.push(`${name} hears, ${initial ? 'initially' : `of ${cluster.list('Pod').length}`}`);
          return [{ key: keyOf('ns', object.metadata.name), priority: 'drift', canWait: false }];
        },
        wakesOfKind: (kind) => [{ key: keyOf('kinds', kind), priority: 'resync', canWait: false }],
        reconcile: (key) => {
          this.done.push(`${name} passes ${key}`);
          return Promise.resolve({ kind: 'settled' });
        },
      },
    });
  }
}

const labels = { 'app.kubernetes.io/managed-by': 'hostedsite' };

describe('Loops', () => {
  let world: World;
  beforeEach(() => (world = new World()));

  it('hear of every change, whether anybody leads or not', () => {
    world.pod('a');
    world.inSync = true;
    world.pod('b');
    assert.deepEqual(world.done, [
      ...['one hears, initially', 'other hears, initially'],
      ...['one hears, of 2', 'other hears, of 2'],
    ]);
  });

  it('begin when the caches are full and what must be current is read, each kind once for all', async () => {
    world.cache.absent('HTTPRoute');
    const run = world.loops.run(world.stop.signal);
    await settled();
    assert.deepEqual(world.done, []);
    world.fill();
    await settled();
    assert.deepEqual(world.done.splice(0), ['reads Pod', 'reads HostedSite']);
    world.read.get('HostedSite')?.();
    await settled();
    assert.deepEqual(world.done.splice(0), ['other passes kinds/HTTPRoute']);
    world.read.get('Pod')?.();
    await settled();
    assert.deepEqual(world.done, ['one passes kinds/HTTPRoute']);
    world.stop.abort();
    await run;
  });

  it('end without a pass when they are stopped before that', async () => {
    world.pod('a');
    const run = world.loops.run(world.stop.signal);
    world.stop.abort();
    await run;
    await world.loops.run(world.stop.signal);
    assert.deepEqual(world.done, ['one hears, initially', 'other hears, initially']);
  });
});
