import assert from 'node:assert/strict';
import { World, bookmark, initialEnd, pod } from '../../testing/kube/reflector-world.ts';
import { ScriptedServer } from '../../testing/kube/scripted-server.ts';

describe('Reflector', () => {
  let world: World;

  async function start(kind: string = 'Pod', random = () => 0): Promise<World> {
    world = new World(await ScriptedServer.start(), kind, random);
    return world;
  }

  afterEach(() => world.close());

  it('reads the initial events and goes on with the same stream', async () => {
    const { server, reported, reflector } = await start();
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
    assert.deepEqual(reported.rest, [], 'nothing is published before the end of the initial events');
    watch.frame('BOOKMARK', initialEnd(10)).frame('ADDED', pod('d', 11)).frame('BOOKMARK', bookmark(12));
    assert.equal(await reported.next(), 'replace a#5 b#8 @10');
    assert.equal(await reported.next(), 'ADDED d#11');
    assert.equal(await reported.next(), 'advance @12');
    assert.equal(reflector.synced, true);
  });

  it('asks for metadata only where nothing else is kept', async () => {
    const { server } = await start('IngressClass');
    const watch = await server.next();
    assert.equal(watch.headers['accept'], 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1');
    assert.equal(watch.query['labelSelector'], undefined);
  });

  it('falls back to pages when the end of the initial events does not come', async () => {
    const { server, clock, reported, ended } = await start();
    const watch = (await server.next()).watch().frame('ADDED', pod('a', 5)).frame('BOOKMARK', bookmark(6));
    await clock.timer((delay) => delay === 30_000);
    await clock.advance(30_000);
    assert.equal(await ended.next(), 'no-initial-end');
    await watch.closed;
    await world.pause();
    const first = await server.next();
    assert.deepEqual(first.query, { limit: '50', labelSelector: 'app.kubernetes.io/managed-by=hostedsite' });
    first.json(200, { metadata: { resourceVersion: '7', continue: 'more' }, items: [pod('a', 5)] });
    const second = await server.next();
    assert.equal(second.query['continue'], 'more');
    assert.equal(second.query['limit'], '50', 'the limit is never dropped');
    second.json(200, { metadata: { resourceVersion: '7' }, items: [pod('b', 6)] });
    assert.equal(await reported.next(), 'replace a#5 b#6 @7');
    const resumed = await server.next();
    assert.equal(resumed.query['resourceVersion'], '7');
    assert.equal(resumed.query['sendInitialEvents'], undefined);
  });

  it('falls back to pages on a server that does not know initial events, and begins the pages anew on 410', async () => {
    const { server, reported, ended } = await start();
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
    assert.equal(await reported.next(), 'replace  @9');
  });

  it('runs once', async () => {
    const { reflector, stop } = await start();
    await assert.rejects(reflector.run(stop.signal), /runs once/);
  });

  it('counts the bytes that it receives', async () => {
    const { received } = await start();
    const watch = await world.synced();
    const line = `${JSON.stringify({ type: 'BOOKMARK', object: bookmark(11) })}\n`;
    watch.write(line);
    assert.equal(await world.reported.next(), 'advance @11');
    assert.equal(received.at(-1), line.length);
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
    assert.deepEqual(listing.reported.rest, []);
    assert.deepEqual(listing.ended.rest, ['refused']);
  });

  it('takes only the marked bookmark for the end of the initial events', async () => {
    const { server, reported } = await start();
    const watch = (await server.next()).watch();
    watch.frame('ADDED', pod('a', 5)).frame('BOOKMARK', bookmark(6));
    watch.frame('ADDED', pod('b', 7)).frame('BOOKMARK', initialEnd(8));
    assert.equal(await reported.next(), 'replace a#5 b#7 @8');
  });
});
