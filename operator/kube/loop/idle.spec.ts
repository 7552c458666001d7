import assert from 'node:assert/strict';
import { ApiClient } from '../client/api-client.ts';
import { Cache } from '../watch/cache.ts';
import { Controller } from './controller.ts';
import { FakeClock } from '../../testing/kube/fake-clock.ts';
import { Inbox } from '../../testing/kube/inbox.ts';
import { keyOf } from '../key.ts';
import { Leader } from '../leader/leader.ts';
import { leaseInApi } from '../leader/lease.ts';
import type { LeaseSpec } from '../leader/lease.ts';
import { silentLog } from '../log.ts';
import type { Loop } from './loop.ts';
import { Loops } from './loops.ts';
import { settled } from '../outcome.ts';
import { bookmark, initialEnd } from '../../testing/kube/reflector-world.ts';
import { ScriptedServer } from '../../testing/kube/scripted-server.ts';
import type { Exchange } from '../../testing/kube/scripted-server.ts';
import { Watches } from '../watch/watches.ts';
import { sample } from '../../testing/kube/sample-resources.ts';

const clock = new FakeClock();
const runtime = { clock, random: () => 0, log: silentLog };
const kinds = ['HostedSite', 'Pod', 'StorageClass'] as const;
const site = { metadata: { name: 'shop', namespace: 'ns', uid: 'u', resourceVersion: '5' } };
const minute = 60_000;

/** An API server in which nothing happens; `seen` has what was asked of it. */
class QuietServer {
  readonly seen: string[] = [];
  watches: Exchange[] = [];
  readonly #server: ScriptedServer;
  #version = 1;

  constructor(server: ScriptedServer) {
    this.#server = server;
  }

  async serve(): Promise<never> {
    for (;;) this.#answer(await this.#server.next());
  }

  #answer(asked: Exchange): void {
    const { method, query, body } = asked;
    const what = query['watch'] === 'true' ? 'watch' : asked.path.split('/').at(-1);
    this.seen.push(`${method} ${what ?? ''}`);
    if (what === 'watch') this.#open(asked);
    else if (method === 'GET') asked.fail(404, 'NotFound');
    else asked.json(200, this.#lease(body as { spec: LeaseSpec }));
  }

  #open(asked: Exchange): void {
    this.watches.push(asked.watch());
    if (query(asked) === undefined) return;
    if (asked.path.endsWith('/hostedsites')) asked.frame('ADDED', site);
    asked.frame('BOOKMARK', initialEnd(10));
  }

  #lease(body: { spec: LeaseSpec }): unknown {
    this.#version += 1;
    return { ...body, metadata: { name: 'l', namespace: 'o', resourceVersion: String(this.#version) } };
  }
}

function query(asked: Exchange): string | undefined {
  return asked.query['sendInitialEvents'];
}

describe('an operator in which nothing happens', () => {
  it('renews its Lease and holds its watches, and sends nothing else', async () => {
    const server = await ScriptedServer.start();
    const quiet = new QuietServer(server);
    void quiet.serve();
    let reads = 0;
    const access = (): Promise<{ server: string; tls: object }> => {
      reads += 1;
      return Promise.resolve({ server: server.url, tls: {} });
    };
    const client = new ApiClient({ ...runtime, access, userAgent: 'spec' });
    const cache = new Cache(kinds.map(sample));
    const received = new Inbox<string>();
    const watches = new Watches({ ...runtime, client, cache, received: (kind) => received.push(kind) });
    const leader = new Leader({ ...runtime, leases: leaseInApi(client, 'o', 'l'), identity: 'me' });
    const passed = new Inbox<string>();
    const loop: Loop = {
      name: 'spec',
      timing: { gather: 250, waiting: minute, resync: 600 * minute, workers: 16 },
      mustBeCurrent: [],
      first: [],
      wakes: ({ object: { metadata } }) => [
        { key: keyOf(metadata.namespace ?? '', metadata.name), priority: 'user', canWait: false },
      ],
      wakesOfKind: () => [],
      reconcile: () => Promise.resolve(settled()),
    };
    const controller = new Controller({ ...runtime, loop, passed: (result) => passed.push(result) });
    const loops = new Loops({ cache, watches, cluster: cache, controllers: [controller] });
    const stop = new AbortController();
    const running = [
      watches.run(stop.signal),
      leader.run(stop.signal, () => undefined),
      loops.run(stop.signal),
    ];
    await watches.whenInSync();
    assert.equal(await passed.next(), 'success');
    for (const _ of kinds) await received.next();
    await clock.timer((delay) => delay === 2_000);
    assert.deepEqual([...quiet.seen].sort(), ['GET l', 'GET watch', 'GET watch', 'GET watch', 'POST leases']);

    const before = quiet.seen.length;
    const sockets = { ...client.sockets };
    for (let passing = 0; passing < 30; passing += 1) {
      for (let renewals = 0; renewals < minute / 2_000; renewals += 1) {
        await clock.timer((delay) => delay === 2_000);
        await clock.advance(2_000);
      }
      for (const watch of quiet.watches) watch.frame('BOOKMARK', bookmark(10 + passing));
      for (const _ of kinds) await received.next();
    }
    await clock.timer((delay) => delay === 2_000);
    const after = quiet.seen.slice(before);
    assert.deepEqual(new Set(after), new Set(['PUT l']));
    assert.equal(after.length, 900, 'thirty minutes of renewals');
    assert.deepEqual(passed.rest, [], 'no pass');
    assert.deepEqual(client.sockets, sockets);
    assert.ok(reads <= 31, `credentials were read ${reads} times in thirty minutes`);

    stop.abort(new Error('stopped'));
    await Promise.all(running);
    await client.close();
    await server.close();
  }).timeout(60_000);
});
