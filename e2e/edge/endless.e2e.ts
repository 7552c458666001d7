import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { after, before } from 'mocha';
import { vcl } from '../../operator/components/cache/vcl/vcl.ts';
import { ask, exchange } from './exchange.ts';
import { edge, siteAt } from './varnish.ts';

const endless = [
  'text/event-stream',
  'multipart/x-mixed-replace; boundary=frame',
  'application/x-ndjson',
  'application/jsonl',
  'application/json-seq',
  'application/stream+json',
  'text/plain',
  'application/octet-stream',
];

describe('an answer that has no end', function () {
  this.timeout(60_000);
  let asked = 0;
  /** `/stream?<type>` says at once which one it is, and goes on for a while. */
  const front = edge({ preset: 'Generic' }, async ({ url }, response) => {
    response.setHeader('Content-Type', decodeURIComponent(url.split('?')[1] ?? ''));
    asked += 1;
    response.write(`stream ${asked}\n`);
    await setTimeout(300);
    response.end('goes on\n');
  });
  const visit = (type: string) => ask(front.port, { path: `/stream?${encodeURIComponent(type)}` });

  for (const type of endless) {
    it(`is each visitor’s own, during another’s and after it: ${type}`, async () => {
      const answers = [...(await Promise.all([visit(type), visit(type)])), await visit(type)];
      for (const { body, headers } of answers)
        assert.deepEqual([/^stream \d+\ngoes on\n$/.test(body), headers['x-cache']], [true, ['PASS']]);
      assert.equal(new Set(answers.map(({ body }) => body)).size, 3, 'each has one of his own');
    });
  }

  it('is not what a page is that comes without its length', async () => {
    for (const type of ['text/html; charset=utf-8', 'application/json', 'image/svg+xml', 'text/css']) {
      const [first, second] = [await visit(type), await visit(type)];
      assert.deepEqual([first.headers['x-cache'], second.headers['x-cache']], [['MISS'], ['HIT']], type);
      assert.equal(second.body, first.body);
    }
  });
});

describe('an answer that is silent for longer than the site says', function () {
  this.timeout(60_000);
  const front = edge({ preset: 'Generic', web: { idleTimeoutSeconds: 2 } }, async ({ url }, response) => {
    response.setHeader('Content-Type', 'text/event-stream');
    for (const pause of url.slice(1).split('/')) {
      response.write(`after ${pause}\n`);
      await setTimeout(Number(pause));
    }
    response.end('end\n');
  });

  it('is closed, and not before', async () => {
    const [live, silent] = await Promise.all(
      ['/1200/1200/1200', '/1200/4000'].map((path) => ask(front.port, { path })),
    );
    assert.equal(live?.body, 'after 1200\nafter 1200\nafter 1200\nend\n');
    assert.equal(silent?.body, 'after 1200\nafter 4000\n');
  });
});

/** It upgrades, and says on its own what the path says: a word after so many milliseconds. */
describe('a WebSocket that is silent for longer than the site says', function () {
  this.timeout(60_000);
  const server = createServer();
  server.on('upgrade', ({ url = '' }, socket) => {
    socket.on('error', () => undefined);
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    talk(url, socket).catch((error: unknown) => socket.destroy(error as Error));
  });
  async function talk(url: string, socket: Duplex): Promise<void> {
    for (const pause of url.slice(1).split('/')) {
      await setTimeout(Number(pause));
      if (socket.destroyed) return;
      socket.write(`after ${pause} `);
    }
  }
  before(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  after(() => server.close());
  const site = { preset: 'Generic', web: { idleTimeoutSeconds: 2 } } as const;
  const front = edge(
    site,
    () => undefined,
    () => vcl(siteAt(site, (server.address() as AddressInfo).port)),
  );
  /** What it heard, and after how many milliseconds it was closed. */
  async function open(path: string): Promise<[string, number]> {
    const lines = ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'];
    const request = [`GET ${path} HTTP/1.1`, 'Host: www.example.org', ...lines, 'Sec-WebSocket-Key: a'];
    const before = Date.now();
    const text = await exchange(front.port, `${request.join('\r\n')}\r\n\r\n`);
    return [text.split('\r\n\r\n')[1] ?? '', Date.now() - before];
  }

  it('is closed, and not before', async () => {
    const [[live, livedFor], [silent, wasSilentFor]] = await Promise.all([
      open('/1200/1200'),
      open('/1200/9000'),
    ]);
    assert.deepEqual([live, silent], ['after 1200 after 1200 ', 'after 1200 ']);
    assert.ok(livedFor > 4_000, `${livedFor} ms`);
    assert.ok(wasSilentFor > 3_000 && wasSilentFor < 6_000, `${wasSilentFor} ms`);
  });
});
