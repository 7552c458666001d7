import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { edge } from './varnish.ts';

describe('slow visitors of what passes', function () {
  this.timeout(60_000);
  const body = Buffer.alloc(2 ** 20, '.');
  const front = edge({ preset: 'Generic' }, (_, response) => {
    response.writeHead(200, {
      ...{ 'Content-Type': 'application/pdf', 'Content-Length': body.length },
      'Cache-Control': 'private',
    });
    response.end(body);
  });

  /** Reads nothing until it may, and then all: how many bytes came. */
  function read(request: string, may: Promise<undefined>): Promise<number> {
    return new Promise((done) => {
      let bytes = 0;
      const socket = connect(front.varnish.socket).on('error', () => undefined);
      socket.pause();
      socket.on('data', (data: Buffer) => (bytes += data.length)).on('close', () => done(bytes));
      socket.write(`${request}\r\nHost: www.example.org\r\nConnection: close\r\n\r\n`);
      void may.then(() => socket.resume());
    });
  }

  it('get the whole, as many as there are places, and the storage for it is never full', async () => {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const visits = [
      ...Array.from({ length: 300 }, () => read('GET /own HTTP/1.1\r\nCookie: id=1', promise)),
      ...Array.from({ length: 100 }, (_, at) => read(`GET /unknown/${at} HTTP/1.1`, promise)),
      ...Array.from({ length: 100 }, () => read('POST /report HTTP/1.1\r\nContent-Length: 0', promise)),
    ];
    const stored = async () => (await front.varnish.counters())['SMA.Transient.g_bytes']!;
    let before = -1;
    for (let now = await stored(); now === 0 || now !== before; now = await stored()) {
      before = now;
      await setTimeout(500);
    }
    process.stdout.write(`      ${(before / 2 ** 20).toFixed(1)} MiB are on their way\n`);
    assert.ok(before >= 300 * 64 * 1024, `${before} bytes`);
    resolve(undefined);
    const cut = (await Promise.all(visits)).filter((bytes) => bytes < body.length);
    assert.deepEqual(cut, []);
    assert.equal((await front.varnish.counters())['SMA.Transient.c_fail'], 0);
  });
});
