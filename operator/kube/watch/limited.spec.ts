import assert from 'node:assert/strict';
import { ApiClient } from '../client/api-client.ts';
import { Cache } from './cache.ts';
import { FakeClock } from '../../testing/kube/fake-clock.ts';
import { initialEnd } from '../../testing/kube/reflector-world.ts';
import { sample } from '../../testing/kube/sample-resources.ts';
import { ScriptedServer } from '../../testing/kube/scripted-server.ts';
import type { Exchange } from '../../testing/kube/scripted-server.ts';
import { silentLog } from '../log.ts';
import type { RawObject } from './store.ts';
import { Watches } from './watches.ts';

const sites = (namespace: string): string =>
  `/apis/hostedsite.dev/v1alpha1/namespaces/${namespace}/hostedsites`;

function site(namespace: string, name: string, version: number): RawObject {
  return { metadata: { name, namespace, uid: `${namespace}-${name}`, resourceVersion: String(version) } };
}

/** Watches of two namespaces, a server that a spec scripts, and what was said. */
class World {
  readonly clock = new FakeClock();
  readonly stop = new AbortController();
  readonly warnings: unknown[] = [];
  readonly cache: Cache;
  readonly watches: Watches;
  readonly #client: ApiClient;
  readonly #server: ScriptedServer;
  readonly #run: Promise<void>;

  constructor(server: ScriptedServer, kinds: readonly string[]) {
    this.#server = server;
    const { clock } = this;
    const random = (): number => 0;
    const access = () => Promise.resolve({ server: server.url, tls: {} });
    const client = new ApiClient({ access, clock, random, userAgent: 'spec' });
    this.#client = client;
    this.cache = new Cache(kinds.map(sample), { namespaces: ['a', 'b'], home: 'hosting' });
    const log = { ...silentLog, warn: (_: string, data: unknown) => this.warnings.push(data) };
    this.watches = new Watches({ client, cache: this.cache, clock, random, log });
    this.#run = this.watches.run(this.stop.signal);
  }

  static async of(...kinds: readonly string[]): Promise<World> {
    return new World(await ScriptedServer.start(), kinds);
  }

  get untaken(): readonly Exchange[] {
    return this.#server.untaken;
  }

  /** The next requests, by their paths. */
  async asked(count: number): Promise<Map<string, Exchange>> {
    const found = new Map<string, Exchange>();
    for (let left = count; left > 0; left -= 1) {
      const one = await this.#server.next();
      found.set(one.path, one);
    }
    return found;
  }

  names(): string[] {
    return this.cache.list('HostedSite').map(({ metadata: { namespace, name } }) => `${namespace}/${name}`);
  }

  /** Resolves after the next change in the cache. */
  change(): Promise<void> {
    return new Promise((resolve) => this.cache.onChange(() => resolve()));
  }

  async close(): Promise<void> {
    this.stop.abort(new Error('stopped'));
    await this.#run;
    await this.#client.close();
    await this.#server.close();
    assert.deepEqual(this.clock.pending(), []);
  }
}

function answered(asked: ReadonlyMap<string, Exchange>, path: string): Exchange {
  return (
    asked.get(path) ?? assert.fail(`${path} was not asked for, but ${[...asked.keys()].join(' ')}`)
  ).watch();
}

describe('watches of a list of namespaces', () => {
  let world: World;
  afterEach(() => world.close());

  it('ask for each kind in each namespace, for claims at home too, and for nothing of the whole cluster', async () => {
    world = await World.of('HostedSite', 'StorageClass', 'CustomResourceDefinition', 'HTTPRoute');
    const routes = (namespace: string) =>
      `/apis/gateway.networking.k8s.io/v1/namespaces/${namespace}/httproutes`;
    const asked = await world.asked(4);
    assert.deepEqual([...asked.keys()].sort(), [sites('a'), sites('b'), routes('a'), routes('b')].sort());
    const { cache } = world;
    assert.deepEqual([cache.covers('StorageClass'), cache.list('StorageClass')], [false, []]);
    assert.equal(cache.get('StorageClass', undefined, 'standard'), undefined);
    assert.deepEqual([cache.covers('HostedSite', 'a'), cache.covers('HostedSite', 'c')], [true, false]);
    assert.deepEqual([cache.list('HostedSite', 'c'), cache.get('HostedSite', 'c', 'x')], [[], undefined]);
  });

  it('fill one cache, and what is read anew in one namespace takes nothing from another', async () => {
    world = await World.of('HostedSite');
    const asked = await world.asked(2);
    answered(asked, sites('a'))
      .frame('ADDED', site('a', 'shop', 5))
      .frame('BOOKMARK', initialEnd(10));
    answered(asked, sites('b'))
      .frame('ADDED', site('b', 'blog', 7))
      .frame('BOOKMARK', initialEnd(12));
    await world.watches.whenInSync();
    assert.deepEqual(world.names(), ['a/shop', 'b/blog']);
    assert.deepEqual(
      [world.cache.seen('HostedSite', 'a'), world.cache.seen('HostedSite', 'b')],
      ['10', '12'],
    );
    const changed = world.change();
    asked.get(sites('a'))?.frame('DELETED', site('a', 'shop', 20));
    await changed;
    assert.deepEqual(world.names(), ['b/blog']);
    const caughtUp = world.watches.catchUp('HostedSite', world.stop.signal);
    const lists = await world.asked(2);
    lists.get(sites('a'))?.json(200, { metadata: { resourceVersion: '30' }, items: [site('a', 'new', 25)] });
    lists.get(sites('b'))?.fail(403, 'Forbidden');
    await caughtUp;
    assert.deepEqual(world.names(), ['a/new', 'b/blog']);
    const { cache } = world;
    cache.written({ ...site('c', 'other', 40), apiVersion: 'hostedsite.dev/v1alpha1', kind: 'HostedSite' });
    assert.deepEqual(
      world.names(),
      ['a/new', 'b/blog'],
      'nothing is kept of a namespace that is not looked at',
    );
  });

  it('go on without a namespace that is not there, and look at it when it is', async () => {
    world = await World.of('HostedSite');
    const { watches, clock } = world;
    const asked = await world.asked(2);
    answered(asked, sites('a')).frame('BOOKMARK', initialEnd(10));
    asked.get(sites('b'))?.fail(403, 'Forbidden');
    await watches.whenInSync();
    assert.deepEqual([watches.sees('a'), watches.sees('b'), watches.sees('c')], ['all', 'not-yet', 'never']);
    for (let tries = 1; tries < 3; tries += 1) {
      await clock.timer((delay) => delay === 500);
      await clock.advance(500);
      (await world.asked(1)).get(sites('b'))?.fail(403, 'Forbidden');
    }
    await clock.timer((delay) => delay === 500);
    assert.equal(world.warnings.length, 1, 'it is said once');
    await clock.advance(500);
    const changed = world.change();
    answered(await world.asked(1), sites('b'))
      .frame('ADDED', site('b', 'blog', 15))
      .frame('BOOKMARK', initialEnd(20));
    await changed;
    assert.deepEqual([watches.sees('b'), world.names()], ['all', ['b/blog']]);
  });

  it('keep what they have of a namespace that goes, unseen, and are not stale by it', async () => {
    world = await World.of('HostedSite');
    const { watches, clock } = world;
    const asked = await world.asked(2);
    answered(asked, sites('a')).frame('BOOKMARK', initialEnd(10));
    const gone = answered(asked, sites('b'))
      .frame('ADDED', site('b', 'blog', 7))
      .frame('BOOKMARK', initialEnd(12));
    await watches.whenInSync();
    gone.end();
    await clock.timer((delay) => delay === 500);
    await clock.advance(500);
    (await world.asked(1)).get(sites('b'))?.fail(403, 'Forbidden');
    await clock.timer((delay) => delay === 500);
    assert.deepEqual([watches.sees('a'), watches.sees('b'), watches.inSync], ['all', 'not-yet', true]);
    assert.deepEqual(world.names(), ['b/blog']);
    const [news] = watches.staleness();
    assert.deepEqual(news, { kind: 'HostedSite', milliseconds: clock.monotonic() });
  });

  it('ask for an optional kind once in a minute where its definition cannot be seen', async () => {
    world = await World.of('HTTPRoute', 'CustomResourceDefinition');
    const { watches, clock, cache } = world;
    for (const one of (await world.asked(2)).values()) one.fail(404, 'NotFound');
    await watches.whenInSync();
    assert.equal(cache.knows('HTTPRoute'), false);
    await clock.timer((delay) => delay === 60_000);
    await clock.advance(59_999);
    assert.deepEqual(world.untaken, []);
    assert.deepEqual(watches.staleness(), [{ kind: 'HTTPRoute', milliseconds: 0 }]);
    const reported = new Promise<void>((resolve) => cache.onKind(() => resolve()));
    await clock.advance(1);
    for (const one of (await world.asked(2)).values()) one.watch().frame('BOOKMARK', initialEnd(20));
    await reported;
    assert.equal(cache.knows('HTTPRoute'), true);
  });
});
