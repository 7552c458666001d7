import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { loads } from './load.ts';
import type { Load } from './load.ts';
import type { Visit } from './load/visit.ts';

const servers: Server[] = [];

async function listening(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = createServer(answer);
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}

const visit = (change: Partial<Visit> = {}): Visit => ({
  class: 'page',
  connection: 'kept',
  path: '/',
  isWhole: (body) => body === 'whole',
  ...change,
});

/** Until the server has seen so many requests. */
function until(count: number, seen: () => number): Promise<void> {
  return new Promise((done) => {
    const look = (): void => {
      if (seen() >= count) done();
      else setImmediate(look);
    };
    look();
  });
}

describe('the load', () => {
  const load = loads();
  let forgotten: Load;
  let stopped: Load;

  describe('of a story', () => {
    const loadOfStory = loads();
    it('may be stopped by it, or forgotten', async () => {
      const { port } = await listening((_request, response) => response.end('whole'));
      [forgotten, stopped] = [
        await loadOfStory('shop.example', { visits: [visit()], port, rate: 200 }),
        await loadOfStory('shop.example', { visits: [visit()], port, rate: 200 }),
      ];
      await Promise.all([forgotten.more(1), stopped.more(1)]);
      await stopped.stop();
    });
  });

  describe('of a story that has ended', () => {
    it('has ended too', async () => {
      const { port } = await listening((_request, response) => response.end('whole'));
      const others = await load('shop.example', { visits: [visit()], port, rate: 200 });
      forgotten.lap();
      await others.more(20);
      assert.equal(forgotten.lap().requests, 0);
      assert.deepEqual(await stopped.stop(), await stopped.stop());
    });
  });

  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });

  const answers: [string, string, (response: ServerResponse) => void][] = [
    ['a connection that ends without an answer', 'connection', (response) => response.socket?.destroy()],
    ['an answer that does not come', 'timeout', () => undefined],
    ['an error of the server', 'server error', (response) => response.writeHead(503).end('whole')],
    ['a page that is not there', 'wrong status', (response) => response.writeHead(404).end('whole')],
    ['a foreign body', 'wrong body', (response) => response.end('other')],
    [
      'a body shorter than its length',
      'truncated',
      (response) => {
        response.writeHead(200, { 'Content-Length': 5 }).write('who');
        setImmediate(() => response.socket?.end());
      },
    ],
    [
      'a body without its last chunk',
      'truncated',
      (response) => {
        response.write('whole');
        setImmediate(() => response.socket?.end());
      },
    ],
  ];
  for (const [what, kind, respond] of answers) {
    it(`notes ${what}`, async () => {
      let seen = 0;
      const { port } = await listening((_request, response) => {
        seen += 1;
        respond(response);
      });
      const visitors = await load('shop.example', { visits: [visit()], port, patience: 200 });
      await until(3, () => seen);
      const { requests, failed } = await visitors.stop();
      assert.equal(requests, seen);
      assert.deepEqual(
        failed.map((failure) => failure.kind),
        Array(seen).fill(kind),
      );
    });
  }

  it('notes that nothing listens', async () => {
    const { server, port } = await listening(() => undefined);
    await new Promise((closed) => server.close(closed));
    const visitors = await load('shop.example', { visits: [visit()], port });
    await visitors.more(1);
    const { failed } = await visitors.stop();
    assert.equal(failed[0]?.kind, 'connection');
  });

  it('comes at its rate although answers take long', async () => {
    const waiting: ServerResponse[] = [];
    let isOpen = false;
    const { port } = await listening((_request, response) => {
      if (isOpen) response.end('whole');
      else waiting.push(response);
    });
    const visitors = await load('shop.example', { visits: [visit()], port, rate: 200 });
    await until(20, () => waiting.length);
    assert.equal(visitors.lap().requests, 0);
    isOpen = true;
    for (const response of waiting) response.end('whole');
    const { requests, failed, latency } = await visitors.stop();
    assert.deepEqual([requests >= 20, failed], [true, []]);
    assert.ok((latency['page']?.longest ?? 0) >= 50, JSON.stringify(latency));
  });

  it("counts as the requests' time what it is late itself", async () => {
    const { port } = await listening((_request, response) => response.end('whole'));
    const visitors = await load('shop.example', { visits: [visit()], port, rate: 200 });
    await visitors.more(10);
    visitors.lap();
    const until = performance.now() + 100;
    while (performance.now() < until);
    await visitors.more(20);
    const { latency, late } = await visitors.stop();
    assert.ok(late >= 80 && (latency['page']?.longest ?? 0) >= late, JSON.stringify({ latency, late }));
  });

  it('comes in crowds', async () => {
    const { port } = await listening((_request, response) => response.end('whole'));
    const visitors = await load('shop.example', { visits: [visit()], port, rate: 400, crowd: 40 });
    await visitors.more(1);
    assert.equal((await visitors.stop()).requests % 40, 0);
  });

  it('tells of each request in one lap, and of all of them at the end', async () => {
    const { port } = await listening((_request, response) => response.end('whole'));
    const visitors = await load('shop.example', { visits: [visit()], port, rate: 200 });
    await visitors.more(10);
    const first = visitors.lap().requests;
    await visitors.more(10);
    const second = visitors.lap().requests;
    assert.ok(first >= 10 && second >= 10, `${first}, ${second}`);
    assert.ok((await visitors.stop()).requests >= first + second);
  });

  it('has new connections and kept ones, and a number for each order', async () => {
    const seen: { connection: string | undefined; socket: unknown; body: string }[] = [];
    const { port } = await listening((request, response) => {
      void request.toArray().then((parts) => {
        seen.push({
          connection: request.headers.connection,
          socket: request.socket,
          body: Buffer.concat(parts as Buffer[]).toString(),
        });
        response.end('whole');
      });
    });
    const visits = [visit(), visit({ connection: 'new', method: 'POST', class: 'order' })];
    const visitors = await load('shop.example', { visits, port });
    const ofKept = (): unknown[] =>
      seen.filter(({ connection }) => connection !== 'close').map(({ socket }) => socket);
    // While the machine is busy, requests that overlap need a connection each.
    await until(1, () => ofKept().length - new Set(ofKept()).size);
    const { acknowledged, latency } = await visitors.stop();
    const orders = seen.filter(({ connection }) => connection === 'close');
    assert.equal(new Set(orders.map(({ socket }) => socket)).size, orders.length);
    assert.deepEqual([...acknowledged].sort(), orders.map(({ body }) => body).sort());
    assert.equal(new Set(acknowledged).size, orders.length);
    assert.deepEqual(Object.keys(latency), ['order', 'page']);
  });
});
