import assert from 'node:assert/strict';
import { ApiClient } from '../client/api-client.ts';
import { Cache } from './cache.ts';
import { FakeClock } from '../../testing/kube/fake-clock.ts';
import { Inbox } from '../../testing/kube/inbox.ts';
import { silentLog } from '../log.ts';
import { World, bookmark, initialEnd, pod } from '../../testing/kube/reflector-world.ts';
import { ScriptedServer } from '../../testing/kube/scripted-server.ts';
import type { RawObject } from './store.ts';
import { Watches } from './watches.ts';
import { sample } from '../../testing/kube/sample-resources.ts';

describe('optional kinds', () => {
  describe('of a reflector', () => {
    let world: World;
    const start = async (kind: string = 'HTTPRoute', random = 0): Promise<World> => {
      world = new World(await ScriptedServer.start(), kind, () => random);
      return world;
    };
    afterEach(() => world.close());

    it('are told as absent, and asked for again with growing pauses where their definition is there', async () => {
      const { server, reported, ended, reflector } = await start('HTTPRoute', 1);
      for (const pause of [1_000, 2_000, 4_000]) {
        const watch = await server.next();
        assert.equal(watch.path, '/apis/gateway.networking.k8s.io/v1/httproutes');
        assert.equal(watch.query['sendInitialEvents'], 'true');
        watch.text(404, '404 page not found\n');
        assert.equal(await reported.next(), 'absent HTTPRoute');
        assert.equal(await ended.next(), 'absent');
        assert.equal(reflector.synced, true);
        await world.pause(pause);
      }
      const watch = (await server.next()).watch();
      watch.frame('ADDED', pod('a', 5)).frame('BOOKMARK', initialEnd(10)).frame('BOOKMARK', bookmark(11));
      assert.equal(await reported.next(), 'replace a#5 @10');
      assert.equal(await reported.next(), 'advance @11');
    });

    it('may cease to be known: what comes back is read whole', async () => {
      const { server, reported } = await start();
      (await world.synced()).end();
      await world.pause();
      const resumed = await server.next();
      assert.equal(resumed.query['resourceVersion'], '10');
      resumed.fail(404, 'NotFound');
      assert.equal(await reported.next(), 'absent HTTPRoute');
      await world.pause();
      const again = await server.next();
      assert.equal(again.query['resourceVersion'], undefined);
      again.watch().frame('BOOKMARK', initialEnd(20));
      assert.equal(await reported.next(), 'replace  @20');
    });

    it('are not absent because the server fails or refuses', async () => {
      const { server, reported, ended, reflector } = await start();
      (await server.next()).fail(403, 'Forbidden');
      assert.equal(await ended.next(), 'refused');
      await world.pause();
      (await server.next()).fail(503, 'ServiceUnavailable');
      assert.equal(await ended.next(), 'refused');
      assert.deepEqual(reported.rest, []);
      assert.equal(reflector.synced, false);
    });

    it('are the only ones that may be absent', async () => {
      const { server, reported, ended, reflector } = await start('Ingress');
      (await server.next()).fail(404, 'NotFound');
      assert.equal(await ended.next(), 'refused');
      assert.deepEqual(reported.rest, []);
      assert.equal(reflector.synced, false);
    });
  });

  it('hold up neither the start nor readiness, and are not asked for until they are defined', async () => {
    const server = await ScriptedServer.start();
    const clock = new FakeClock();
    const runtime = { clock, random: () => 0, log: silentLog };
    const access = { server: server.url, tls: {} };
    const client = new ApiClient({ ...runtime, access: () => Promise.resolve(access), userAgent: 'spec' });
    const cache = new Cache(['HTTPRoute', 'CustomResourceDefinition'].map(sample));
    const news: string[] = [];
    cache.onKind((kind) => news.push(`${kind} ${cache.knows(kind)}`));
    const stop = new AbortController();
    const received = new Inbox<string>();
    const watches = new Watches({ ...runtime, client, cache, received: (kind) => received.push(kind) });
    const run = watches.run(stop.signal);
    assert.equal(cache.knows('HTTPRoute'), true, 'nothing is said before the first answer');
    const asked = [await server.next(), await server.next()];
    const routes = asked.find(({ path }) => path.endsWith('/httproutes'));
    const definitions = asked.find(({ path }) => path.endsWith('/customresourcedefinitions'))?.watch();
    routes?.fail(404, 'NotFound');
    definitions?.frame('BOOKMARK', initialEnd(10));
    await watches.whenInSync();
    await received.next();
    for (let minutes = 0; minutes < 30; minutes += 1) {
      definitions?.frame('BOOKMARK', bookmark(11 + minutes));
      await received.next();
      await clock.advance(60_000);
    }
    assert.deepEqual(server.untaken, []);
    assert.deepEqual([watches.notInstalled(), watches.inSync], [[], true]);
    assert.ok(watches.staleness().every(({ milliseconds }) => milliseconds <= 60_000));
    assert.deepEqual(news, ['HTTPRoute false']);
    const reported = new Promise<void>((resolve) => cache.onKind(() => resolve()));
    definitions?.frame('ADDED', definition('gateways', 50)).frame('ADDED', definition('httproutes', 51));
    // Not served yet.
    (await server.next()).fail(404, 'NotFound');
    await clock.timer((delay) => delay === 500);
    await clock.advance(500);
    (await server.next()).watch().frame('BOOKMARK', initialEnd(60));
    await reported;
    assert.deepEqual(news, ['HTTPRoute false', 'HTTPRoute true']);
    stop.abort(new Error('stopped'));
    await run;
    await client.close();
    await server.close();
    assert.deepEqual(clock.pending(), []);
  });

  it('take what is cached of them with them', () => {
    const cache = new Cache(['Certificate'].map(sample));
    const changes: string[] = [];
    cache.onChange(({ type, object }) => changes.push(`${type} ${object.metadata.name}`));
    cache.replace('Certificate', [pod('shop-tls', 5)], '10');
    cache.absent('Certificate');
    assert.deepEqual(changes, ['added shop-tls', 'deleted shop-tls']);
    assert.equal(cache.size('Certificate'), 0);
  });
});

function definition(plural: string, version: number): RawObject {
  const name = `${plural}.gateway.networking.k8s.io`;
  return { metadata: { name, uid: name, resourceVersion: String(version) } };
}
