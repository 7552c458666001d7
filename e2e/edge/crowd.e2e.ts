import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { after, before } from 'mocha';
import { vcl } from '../../operator/components/cache/vcl/vcl.ts';
import { until } from '../cluster/command.ts';
import { ask, exchange } from './exchange.ts';
import { edge, siteAt } from './varnish.ts';

describe('an application that hangs while visitors come and leave', function () {
  this.timeout(90_000);
  const front = edge({ preset: 'Generic' }, ({ url }, response) => {
    if (!url.startsWith('/page')) return;
    response.writeHead(200, { 'Content-Type': 'text/html', 'Cache-Control': 'max-age=600' });
    response.end('page\n');
  });
  const visitors: Socket[] = [];
  const come = (count: number, request: (at: number) => string): void => {
    for (let at = 0; at < count; at += 1) {
      const socket = connect(front.port, '127.0.0.1').on('error', () => undefined);
      socket.write(`${request(at)}\r\n\r\n`);
      visitors.push(socket);
    }
  };
  const waiting = (start: string): number =>
    front.application.received.filter(({ method, url }) => `${method} ${url}`.startsWith(start)).length;
  /** What has come when nothing more comes. */
  async function settled(counts: () => number[]): Promise<number[]> {
    let before: number[] = [];
    while (before.join() !== counts().join()) {
      before = counts();
      await setTimeout(500);
    }
    return before;
  }

  it('has places for pages, for what is passed and for what changes something, and no more', async () => {
    await ask(front.port, { path: '/page' });
    const host = 'Host: www.example.org';
    come(350, (at) => `GET /passed/${at} HTTP/1.1\r\n${host}\r\nCookie: id=1`);
    come(250, (at) => `GET /looked-up/${at} HTTP/1.1\r\n${host}`);
    come(150, (at) => `POST /sent/${at} HTTP/1.1\r\n${host}\r\nContent-Length: 0`);
    await setTimeout(1000);
    const counts = await settled(() => ['GET /passed', 'GET /looked-up', 'POST /sent'].map(waiting));
    assert.deepEqual(counts, [300, 100, 100]);
    const { status, headers } = await ask(front.port, { path: '/one-more', headers: ['Cookie: id=1'] });
    assert.deepEqual([status, headers['retry-after']], [503, ['5']]);
  });

  it('delays no page that is stored, and fills no memory', async () => {
    for (const socket of visitors) socket.destroy();
    const times: number[] = [];
    for (let at = 0; at < 200; at += 1) {
      const started = performance.now();
      const { headers } = await ask(front.port, { path: '/page' });
      assert.deepEqual(headers['x-cache'], ['HIT']);
      times.push(performance.now() - started);
    }
    times.sort((a, b) => a - b);
    process.stdout.write(`      p50 ${times[100]?.toFixed(1)} ms, slowest ${times[199]?.toFixed(1)} ms\n`);
    assert.ok(times[190]! < 250, `${times[190]} ms`);
    const counters = await front.varnish.counters();
    assert.ok(counters['SMA.Transient.g_bytes']! < 2 ** 20);
    assert.equal(counters['MAIN.thread_queue_len'], 0);
  });
});

describe('answers that are not stored', function () {
  this.timeout(90_000);
  const front = edge({ preset: 'Generic' }, async ({ url }, response) => {
    const seconds = Number(/^\/poll\/(.*)/.exec(url)?.[1] ?? 0);
    await setTimeout(seconds * 1000);
    if (url.startsWith('/page/')) response.setHeader('Content-Type', 'text/html');
    response.writeHead(200, { 'Cache-Control': 'private, stale-while-revalidate=31535400' });
    response.end('yours\n');
  });
  /** Milliseconds of six visitors who come at once. */
  const crowd = async (path: string): Promise<number[]> => {
    const visits = Array.from({ length: 6 }, async () => {
      const started = Date.now();
      await ask(front.port, { path });
      return Date.now() - started;
    });
    return Promise.all(visits);
  };

  it('wait for each other once, also when they take long', async () => {
    await crowd('/poll/1.5');
    await setTimeout(10_500);
    for (const took of await crowd('/poll/1.5')) assert.ok(took < 2_500, `${took} ms`);
  });

  it('leave nothing behind after ten seconds, whatever they say of stale ones', async () => {
    const [before, memory] = [await front.varnish.counters(), front.varnish.memory()];
    await Promise.all(Array.from({ length: 20 }, (_, at) => read(at)));
    assert.ok((await front.varnish.counters())['MAIN.n_object']! > before['MAIN.n_object']! + 5_000);
    await setTimeout(12_000);
    const now = await front.varnish.counters();
    for (const name of ['MAIN.n_object', 'SMA.Transient.g_bytes'])
      assert.equal(now[name], before[name], name);
    const more = (front.varnish.memory() - memory) / 2 ** 20;
    process.stdout.write(`      ${more.toFixed(1)} MiB more after 10,000 addresses\n`);
    assert.ok(more < 24, 'all that is left are threads, and places in the tree for two minutes');
  });

  /** One of twenty who read ten thousand addresses that nobody else asks for, each five hundred on one connection. */
  async function read(reader: number): Promise<void> {
    const paths = Array.from({ length: 250 }, (_, at) => [
      `/page/${reader}/${at}`,
      `/download/${reader}/${at}`,
    ]);
    const requests = paths.flat().map((path) => `GET ${path} HTTP/1.1\r\nHost: www.example.org\r\n`);
    await exchange(front.port, `${requests.join('\r\n')}Connection: close\r\n\r\n`, 60_000);
  }
});

describe('visitors of what is known not to be stored', function () {
  this.timeout(60_000);
  let isFirst = true;
  const front = edge({ preset: 'Generic' }, (_, response) => {
    if (!isFirst) return;
    isFirst = false;
    response.writeHead(200, { 'Cache-Control': 'no-store' }).end('yours\n');
  });
  const visitors: Socket[] = [];
  after(() => visitors.forEach((socket) => socket.destroy()));

  it('take the places of what passes, and none of those of pages', async () => {
    await ask(front.port, { path: '/poll' });
    for (let at = 0; at < 150; at += 1) {
      const socket = connect(front.port, '127.0.0.1').on('error', () => undefined);
      socket.write('GET /poll HTTP/1.1\r\nHost: www.example.org\r\n\r\n');
      visitors.push(socket);
    }
    await until('all of them are asked for', 10, () =>
      Promise.resolve(front.application.received.length === 151 ? true : undefined),
    );
  });
});

describe('WebSockets that stay open', function () {
  this.timeout(90_000);
  const server = createServer((_, response) => response.end('page'));
  const inside: Duplex[] = [];
  const sockets: Socket[] = [];
  server.on('upgrade', (_, socket) => {
    inside.push(socket.on('error', () => undefined));
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
  });
  before(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  after(() => {
    for (const socket of [...inside, ...sockets]) socket.destroy();
    server.close();
  });
  const site = { preset: 'Generic' } as const;
  const front = edge(
    site,
    () => undefined,
    () => vcl(siteAt(site, (server.address() as AddressInfo).port)),
  );

  it('have places of their own, and take none of those of pages that pass', async () => {
    const words = [
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: x',
    ];
    const request = ['GET /socket HTTP/1.1', 'Host: www.example.org', ...words, '', ''].join('\r\n');
    const ended: string[] = [];
    for (let at = 0; at < 320; at += 1) {
      let heard = '';
      const socket = connect(front.port, '127.0.0.1').on('error', () => undefined);
      socket.on('data', (data: Buffer) => (heard += data.toString())).on('close', () => ended.push(heard));
      socket.write(request);
      sockets.push(socket);
    }
    await until('300 are open, and no more', 10, () =>
      Promise.resolve(inside.length === 300 && ended.length === 20 ? true : undefined),
    );
    const { status, body } = await ask(front.port, { path: '/page', headers: ['Cookie: id=1'] });
    assert.deepEqual([status, body], [200, 'page']);
  });
});

describe('a hundred and fifty old pages, while the application hangs', function () {
  this.timeout(60_000);
  const front = edge({ preset: 'Generic' }, ({ url }, response) => {
    response.writeHead(200, { 'Content-Type': 'text/html', 'Cache-Control': 'max-age=1' });
    response.end(`page ${url}`);
  });
  const paths = Array.from({ length: 150 }, (_, at) => `/${at}`);
  const visits = () =>
    Promise.all(
      paths.map(async (path) => {
        const started = Date.now();
        const { status, body } = await ask(front.port, { path });
        assert.deepEqual([status, body], [200, `page ${path}`]);
        return Date.now() - started;
      }),
    );

  it('are shown to all, at once, and a hundred at most are asked for', async () => {
    // One after the other: at once they are more than there are places for pages.
    for (const path of paths) await ask(front.port, { path });
    await setTimeout(1_500);
    front.application.handler = () => undefined;
    front.application.received.length = 0;
    const { received } = front.application;
    const refused = async (): Promise<number> =>
      (await front.varnish.counters())['VBE.boot.application_renewed.busy'] ?? 0;
    // A renewal for which no thread is free is left to the next visitor. Those that hang end after ten seconds.
    const isSeen = async (): Promise<boolean> => received.length >= 100 && (await refused()) >= 50;
    for (const end = Date.now() + 8_000; !(await isSeen()) && Date.now() < end;)
      for (const took of await visits()) assert.ok(took < 3_000, `${took} ms`);
    assert.equal(received.length, 100);
    assert.ok((await refused()) >= 50, `only ${await refused()} were refused`);
  });
});
