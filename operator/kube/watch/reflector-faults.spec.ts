import assert from 'node:assert/strict';
import { World, bookmark, initialEnd, pod } from '../../testing/kube/reflector-world.ts';
import { ScriptedServer } from '../../testing/kube/scripted-server.ts';
import type { Exchange } from '../../testing/kube/scripted-server.ts';

describe('Reflector when something breaks', () => {
  let world: World;

  async function start(kind: string = 'Pod', random = () => 0): Promise<World> {
    world = new World(await ScriptedServer.start(), kind, random);
    return world;
  }

  afterEach(() => world.close());

  it('resumes from the last good version after a reset', async () => {
    const { server, reported, ended } = await start();
    const watch = await world.synced();
    watch.frame('MODIFIED', pod('a', 11));
    assert.equal(await reported.next(), 'MODIFIED a#11');
    watch.reset();
    assert.equal(await ended.next(), 'broken');
    await world.pause();
    assert.equal((await server.next()).query['resourceVersion'], '11');
  });

  it('resumes after silence, and a bookmark ends the silence', async () => {
    const { server, clock, reported, ended, reflector } = await start();
    const watch = await world.synced();
    await clock.timer((delay) => delay === 70_000);
    await clock.advance(60_000);
    watch.frame('BOOKMARK', bookmark(20));
    assert.equal(await reported.next(), 'advance @20');
    assert.equal(reflector.staleness(), 0);
    await clock.advance(69_000);
    assert.deepEqual(ended.rest, []);
    assert.equal(reflector.staleness(), 69_000);
    await clock.advance(1_000);
    assert.equal(await ended.next(), 'silent');
    await watch.closed;
    const resumed = await server.next();
    assert.equal(resumed.query['resourceVersion'], '20');
    assert.equal(reflector.staleness(), 70_000, 'at once: what was missed is old enough');
    await clock.advance(1_000);
    resumed.watch();
    await clock.timer((delay) => delay === 70_000);
    assert.equal(reflector.staleness(), 0, 'a watch that the server accepts is news');
  });

  it('ends a watch that is not answered, and resumes', async () => {
    const { server, clock, ended } = await start();
    (await world.synced()).reset();
    assert.equal(await ended.next(), 'broken');
    await world.pause();
    for (let count = 0; count < 3; count += 1) {
      const hanging = await server.next();
      assert.equal(hanging.query['resourceVersion'], '10', 'a server that does not answer proves nothing');
      await clock.timer((delay) => delay === 70_000);
      await clock.advance(70_000);
      assert.equal(await ended.next(), 'silent');
      await hanging.closed;
    }
  });

  it('reads everything anew when two watches in a row are accepted and tell nothing, not even bookmarks', async () => {
    const { server, clock, ended, reported } = await start();
    const silences = [await world.synced()];
    await clock.timer((delay) => delay === 70_000);
    for (const version of ['10', '10', undefined]) {
      await clock.advance(70_000);
      assert.equal(await ended.next(), 'silent');
      await silences.at(-1)?.closed;
      const next = await server.next();
      assert.equal(next.query['resourceVersion'], version);
      silences.push(next.watch());
      if (version === undefined) break;
      // The acceptance renews the time that runs since the request.
      await clock.advance(1);
      await clock.timer((delay) => delay === 70_000);
    }
    silences.at(-1)?.frame('BOOKMARK', initialEnd(4));
    assert.equal(await reported.next(), 'replace  @4', 'a server that was set back');
  });

  const backwards = [
    { title: 'an event', write: (watch: Exchange) => watch.frame('MODIFIED', pod('b', 11)) },
    { title: 'a bookmark', write: (watch: Exchange) => watch.frame('BOOKMARK', bookmark(11)) },
  ];
  for (const { title, write } of backwards) {
    it(`reads everything anew when ${title} is older than what came before`, async () => {
      const { server, reported, ended } = await start();
      const watch = await world.synced();
      watch.frame('DELETED', pod('a', 12));
      assert.equal(await reported.next(), 'DELETED a#12');
      write(watch);
      assert.equal(await ended.next(), 'gone');
      assert.deepEqual(reported.rest, [], 'it is not told');
      await world.pause();
      assert.equal((await server.next()).query['sendInitialEvents'], 'true');
    });
  }

  it('reads everything anew after an ERROR frame with 410', async () => {
    const { server, ended, reported } = await start();
    const watch = await world.synced();
    watch.frame('ERROR', { kind: 'Status', code: 410, reason: 'Expired' });
    assert.equal(await ended.next(), 'gone');
    await world.pause();
    const again = await server.next();
    assert.equal(again.query['sendInitialEvents'], 'true');
    again.watch().frame('BOOKMARK', initialEnd(30));
    assert.equal(await reported.next(), 'replace  @30', 'what is gone is gone');
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
      const { server, reported, ended } = await start();
      const watch = await world.synced();
      watch.frame('MODIFIED', pod('a', 11));
      assert.equal(await reported.next(), 'MODIFIED a#11');
      write(watch);
      assert.equal(await ended.next(), 'broken');
      await world.pause();
      const resumed = await server.next();
      assert.equal(resumed.query['resourceVersion'], '11');
      resumed.watch().frame('ADDED', pod('b', 12));
      assert.equal(await reported.next(), 'ADDED b#12');
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
    const { reported } = await start();
    const watch = await world.synced();
    watch.frame('MODIFIED', pod('a', 11)).frame('MODIFIED', pod('a', 11));
    assert.equal(await reported.next(), 'MODIFIED a#11');
    assert.equal(await reported.next(), 'MODIFIED a#11');
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
});
