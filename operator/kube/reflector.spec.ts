import assert from 'node:assert/strict';
import { ApiClient } from './api-client.ts';
import { FakeClock } from './fake-clock.ts';
import { Inbox } from './inbox.ts';
import { Reflector } from './reflector.ts';
import type { CachedKind } from './resources.ts';
import { ScriptedServer } from './scripted-server.ts';
import type { Exchange } from './scripted-server.ts';
import type { RawObject } from './store.ts';
import { silentLog } from '../observability/logger.ts';

/** What the reflector tells the cache, and which sessions ended, as lines. */
class World {
  readonly clock = new FakeClock();
  readonly told = new Inbox<string>();
  readonly ended = new Inbox<string>();
  readonly stop = new AbortController();
  readonly server: ScriptedServer;
  readonly client: ApiClient;
  readonly reflector: Reflector;
  readonly run: Promise<void>;

  constructor(server: ScriptedServer, kind: CachedKind, random: () => number) {
    this.server = server;
    const { clock } = this;
    this.client = new ApiClient({
      access: () => Promise.resolve({ server: server.url, tls: {} }),
      clock,
      random: () => 0,
      userAgent: 'spec',
    });
    this.reflector = new Reflector({
      kind,
      client: this.client,
      clock,
      random,
      log: silentLog,
      restarted: (_kind, cause) => this.ended.push(cause),
      cache: {
        replace: (_kind, objects, version) => this.told.push(`replace ${names(objects)} @${version}`),
        take: (_kind, type, object) => this.told.push(`${type} ${names([object])}`),
        advance: (_kind, version) => this.told.push(`advance @${version}`),
      },
    });
    this.run = this.reflector.run(this.stop.signal);
  }

  /** Lets the pause after a failed session pass. */
  async pause(milliseconds = 500): Promise<void> {
    await this.clock.timer((delay) => delay === milliseconds);
    await this.clock.advance(milliseconds);
  }

  /** A reflector that has its initial events and a watch that is open. */
  async synced(): Promise<Exchange> {
    const watch = (await this.server.next()).watch();
    watch.frame('ADDED', pod('a', 5)).frame('BOOKMARK', initialEnd(10));
    assert.equal(await this.told.next(), 'replace a#5 @10');
    return watch;
  }

  async close(): Promise<void> {
    this.stop.abort(new Error('stopped'));
    await this.run;
    await this.client.close();
    await this.server.close();
    assert.deepEqual(this.clock.pending(), [], 'timers are left');
  }
}

function pod(name: string, version: number): RawObject {
  return { metadata: { name, namespace: 'ns', uid: name, resourceVersion: String(version) } };
}

function bookmark(version: number): unknown {
  return { kind: 'Pod', metadata: { resourceVersion: String(version) } };
}

function initialEnd(version: number): unknown {
  return {
    metadata: { resourceVersion: String(version), annotations: { 'k8s.io/initial-events-end': 'true' } },
  };
}

function names(objects: Iterable<RawObject>): string {
  return [...objects].map(({ metadata }) => `${metadata.name}#${metadata.resourceVersion ?? ''}`).join(' ');
}

describe('Reflector', () => {
  let world: World;

  async function start(kind: CachedKind = 'Pod', random = () => 0): Promise<World> {
    world = new World(await ScriptedServer.start(), kind, random);
    return world;
  }

  afterEach(() => world.close());

  it('reads the initial events and goes on with the same stream', async () => {
    const { server, told, reflector } = await start();
    const watch = await server.next();
    assert.equal(watch.path, '/api/v1/pods');
    assert.deepEqual(watch.query, {
      watch: 'true',
      allowWatchBookmarks: 'true',
      labelSelector: 'app.kubernetes.io/managed-by=hostedsite',
      timeoutSeconds: '290',
      sendInitialEvents: 'true',
      resourceVersionMatch: 'NotOlderThan',
    });
    watch.watch().frame('ADDED', pod('a', 5)).frame('ADDED', pod('b', 6)).frame('ADDED', pod('c', 7));
    watch.frame('MODIFIED', pod('b', 8)).frame('DELETED', pod('c', 9));
    assert.equal(reflector.synced, false);
    assert.deepEqual(told.rest, [], 'nothing is published before the end of the initial events');
    watch.frame('BOOKMARK', initialEnd(10)).frame('ADDED', pod('d', 11)).frame('BOOKMARK', bookmark(12));
    assert.equal(await told.next(), 'replace a#5 b#8 @10');
    assert.equal(await told.next(), 'ADDED d#11');
    assert.equal(await told.next(), 'advance @12');
    assert.equal(reflector.synced, true);
  });

  it('asks for metadata only where nothing else is kept', async () => {
    const { server } = await start('IngressClass');
    const watch = await server.next();
    assert.equal(watch.headers['accept'], 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1');
    assert.equal(watch.query['labelSelector'], undefined);
  });

  it('falls back to pages when the end of the initial events does not come', async () => {
    const { server, clock, told, ended } = await start();
    const watch = (await server.next()).watch().frame('ADDED', pod('a', 5)).frame('BOOKMARK', bookmark(6));
    await clock.timer((delay) => delay === 30_000);
    await clock.advance(30_000);
    assert.equal(await ended.next(), 'no-initial-end');
    await watch.closed;
    await world.pause();
    const first = await server.next();
    assert.deepEqual(first.query, { limit: '500', labelSelector: 'app.kubernetes.io/managed-by=hostedsite' });
    first.json(200, { metadata: { resourceVersion: '7', continue: 'more' }, items: [pod('a', 5)] });
    const second = await server.next();
    assert.equal(second.query['continue'], 'more');
    assert.equal(second.query['limit'], '500', 'the limit is never dropped');
    second.json(200, { metadata: { resourceVersion: '7' }, items: [pod('b', 6)] });
    assert.equal(await told.next(), 'replace a#5 b#6 @7');
    const resumed = await server.next();
    assert.equal(resumed.query['resourceVersion'], '7');
    assert.equal(resumed.query['sendInitialEvents'], undefined);
  });

  it('falls back to pages on a server that does not know initial events, and begins the pages anew on 410', async () => {
    const { server, told, ended } = await start();
    (await server.next()).fail(422, 'Invalid');
    assert.equal(await ended.next(), 'refused');
    await world.pause();
    (await server.next()).json(200, {
      metadata: { resourceVersion: '7', continue: 'old' },
      items: [pod('a', 5)],
    });
    (await server.next()).fail(410, 'Expired');
    assert.equal(await ended.next(), 'gone');
    await world.pause();
    const again = await server.next();
    assert.equal(again.query['continue'], undefined);
    again.json(200, { metadata: { resourceVersion: '9' }, items: null });
    assert.equal(await told.next(), 'replace  @9');
  });

  it('resumes from the last good version after a reset', async () => {
    const { server, told, ended } = await start();
    const watch = await world.synced();
    watch.frame('MODIFIED', pod('a', 11));
    assert.equal(await told.next(), 'MODIFIED a#11');
    watch.reset();
    assert.equal(await ended.next(), 'broken');
    await world.pause();
    assert.equal((await server.next()).query['resourceVersion'], '11');
  });

  it('resumes after silence, and a bookmark ends the silence', async () => {
    const { server, clock, told, ended, reflector } = await start();
    const watch = await world.synced();
    await clock.timer((delay) => delay === 70_000);
    await clock.advance(60_000);
    watch.frame('BOOKMARK', bookmark(20));
    assert.equal(await told.next(), 'advance @20');
    assert.equal(reflector.staleness(), 0);
    await clock.advance(69_000);
    assert.deepEqual(ended.rest, []);
    assert.equal(reflector.staleness(), 69_000);
    await clock.advance(1_000);
    assert.equal(await ended.next(), 'silent');
    await watch.closed;
    await world.pause();
    const resumed = await server.next();
    assert.equal(resumed.query['resourceVersion'], '20');
    assert.equal(reflector.staleness(), 70_500);
    await clock.advance(1_000);
    resumed.watch();
    await clock.timer((delay) => delay === 70_000);
    assert.equal(reflector.staleness(), 0, 'a watch that the server accepts is news');
  });

  it('reads everything anew after an ERROR frame with 410', async () => {
    const { server, ended, told } = await start();
    const watch = await world.synced();
    watch.frame('ERROR', { kind: 'Status', code: 410, reason: 'Expired' });
    assert.equal(await ended.next(), 'gone');
    await world.pause();
    const again = await server.next();
    assert.equal(again.query['sendInitialEvents'], 'true');
    again.watch().frame('BOOKMARK', initialEnd(30));
    assert.equal(await told.next(), 'replace  @30', 'what is gone is gone');
  });

  it('reads everything anew when the watch is answered with 410', async () => {
    const { server, ended } = await start();
    (await world.synced()).reset();
    assert.equal(await ended.next(), 'broken');
    await world.pause();
    (await server.next()).fail(410, 'Gone');
    assert.equal(await ended.next(), 'gone');
    await world.pause();
    assert.equal((await server.next()).query['sendInitialEvents'], 'true');
  });

  it('waits as an ERROR frame asks and resumes', async () => {
    const { server, ended } = await start();
    const watch = await world.synced();
    watch.frame('ERROR', {
      kind: 'Status',
      code: 429,
      reason: 'TooManyRequests',
      details: { retryAfterSeconds: 4 },
    });
    assert.equal(await ended.next(), 'refused');
    await world.pause(4_000);
    assert.equal((await server.next()).query['resourceVersion'], '10');
  });

  const broken = [
    { title: 'a line of garbage', write: (watch: Exchange) => watch.write('nonsense\n') },
    { title: 'a line that is no frame', write: (watch: Exchange) => watch.write('{"type":"ADDED"}\n') },
    {
      title: 'a frame of an unknown type',
      write: (watch: Exchange) => watch.frame('SURPRISE', pod('x', 12)),
    },
    {
      title: 'an object without a version',
      write: (watch: Exchange) => watch.frame('ADDED', { metadata: {} }),
    },
    { title: 'a last line that is cut off', write: (watch: Exchange) => watch.write('{"type":"ADD').end() },
  ];
  for (const { title, write } of broken) {
    it(`resumes before ${title} instead of skipping it`, async () => {
      const { server, told, ended } = await start();
      const watch = await world.synced();
      watch.frame('MODIFIED', pod('a', 11));
      assert.equal(await told.next(), 'MODIFIED a#11');
      write(watch);
      assert.equal(await ended.next(), 'broken');
      await world.pause();
      const resumed = await server.next();
      assert.equal(resumed.query['resourceVersion'], '11');
      resumed.watch().frame('ADDED', pod('b', 12));
      assert.equal(await told.next(), 'ADDED b#12');
    });
  }

  it('survives a proxy that answers with HTML', async () => {
    const { server, ended } = await start();
    (await server.next()).text(502, '<html>Bad Gateway</html>', { 'content-type': 'text/html' });
    assert.equal(await ended.next(), 'refused');
    await world.pause();
    (await server.next()).text(200, '<html>\nPlease log in\n</html>', { 'content-type': 'text/html' });
    assert.equal(await ended.next(), 'broken');
    await world.pause();
    await world.synced();
  });

  it('hands on events that come twice: the cache knows what it has', async () => {
    const { told } = await start();
    const watch = await world.synced();
    watch.frame('MODIFIED', pod('a', 11)).frame('MODIFIED', pod('a', 11));
    assert.equal(await told.next(), 'MODIFIED a#11');
    assert.equal(await told.next(), 'MODIFIED a#11');
  });

  it('opens the next watch at once when the server ends one after its time', async () => {
    const { server, clock, ended } = await start();
    const watch = await world.synced();
    await clock.advance(60_000);
    watch.end();
    assert.equal(await ended.next(), 'expired');
    assert.equal((await server.next()).query['resourceVersion'], '10');
  });

  it('does not hammer a server that ends every watch at once', async () => {
    const { server, clock, ended } = await start();
    (await world.synced()).end();
    for (let count = 0; count < 5; count += 1) {
      assert.equal(await ended.next(), 'expired');
      await clock.timer((delay) => delay === 500);
      assert.deepEqual(server.untaken, []);
      await clock.advance(500);
      (await server.next()).watch().end();
    }
    await ended.next();
  });

  it('never gives up', async () => {
    const { server, ended } = await start();
    for (let count = 0; count < 20; count += 1) {
      (await server.next()).fail(403, 'Forbidden');
      assert.equal(await ended.next(), 'refused');
      await world.pause();
    }
    await world.synced();
  });

  it('waits longer with each failure; 410 from a server that works again does not pay for them', async () => {
    const { server } = await start('Pod', () => 1);
    (await world.synced()).reset();
    await world.pause(1_000);
    for (const milliseconds of [2_000, 4_000, 8_000, 16_000, 30_000, 30_000]) {
      (await server.next()).fail(503, 'ServiceUnavailable');
      await world.pause(milliseconds);
    }
    (await server.next()).fail(410, 'Expired');
    await world.pause(1_000);
    (await server.next()).fail(410, 'Expired');
    await world.pause(2_000);
    const watch = await world.synced();
    await world.clock.advance(10_000);
    watch.reset();
    await world.pause(1_000);
    await server.next();
  });

  it('begins anew when the initial events break off', async () => {
    const { server, ended } = await start();
    (await server.next()).watch().frame('ADDED', pod('a', 5)).end();
    assert.equal(await ended.next(), 'broken');
    await world.pause();
    await world.synced();
  });

  it('stops during a pause without another request', async () => {
    const { server, clock, stop, run } = await start();
    (await server.next()).fail(500, 'InternalError');
    await clock.timer((delay) => delay === 500);
    stop.abort(new Error('stopped'));
    await run;
    assert.deepEqual(server.untaken, []);
  });

  it('stops while it waits for an answer, for frames and between pages', async () => {
    const waiting = await start();
    const unanswered = await waiting.server.next();
    waiting.stop.abort(new Error('stopped'));
    await waiting.run;
    await unanswered.closed;
    await waiting.close();

    const watching = await start();
    const open = await watching.synced();
    watching.stop.abort(new Error('stopped'));
    await watching.run;
    await open.closed;
    await watching.close();

    const listing = await start();
    (await listing.server.next()).fail(400, 'BadRequest');
    await listing.pause();
    const page = await listing.server.next();
    listing.stop.abort(new Error('stopped'));
    page.json(200, { metadata: { resourceVersion: '7' }, items: [] });
    await listing.run;
    assert.deepEqual(listing.told.rest, []);
    assert.deepEqual(listing.ended.rest, ['refused']);
  });
});
