import assert from 'node:assert/strict';
import { ask } from './exchange.ts';
import { edge } from './varnish.ts';

describe('a part of a file', function () {
  this.timeout(60_000);
  /** `/<size>/…` is a file of so many bytes. */
  const front = edge({ preset: 'Generic', cache: { memory: '16Mi' } }, ({ url, headers }, response) => {
    const size = Number(url.split('/')[1]);
    const [, from = '0', to = ''] = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? '') ?? [];
    const [first, last] = [Number(from), to === '' ? size - 1 : Number(to)];
    const range = { 'Content-Range': `bytes ${first}-${last}/${size}` };
    response.writeHead(headers.range === undefined ? 200 : 206, {
      'Content-Type': 'video/mp4',
      'Content-Length': last - first + 1,
      'Cache-Control': 'max-age=60',
      ...(headers.range === undefined ? {} : range),
    });
    response.end(Buffer.alloc(last - first + 1, '.'));
  });
  /** What a visitor got, and which ranges the application was asked for. */
  async function seek(path: string, range: string): Promise<unknown[]> {
    front.application.received.length = 0;
    const { status, body, headers } = await ask(front.port, { path, headers: [`Range: bytes=${range}`] });
    const asked = front.application.received.map((one) => one.headers.range);
    return [status, body.length, headers['x-cache']?.[0], asked];
  }

  it('is all that the application sends of what is too large to store, the first time and later', async () => {
    const path = '/5000000/large';
    assert.deepEqual(await seek(path, '4999990-'), [206, 10, 'PASS', ['bytes=4999990-']]);
    assert.deepEqual(await seek(path, '0-1'), [206, 2, 'PASS', [undefined]]);
    assert.deepEqual(await seek(path, '4999990-'), [206, 10, 'PASS', ['bytes=4999990-']]);
    assert.deepEqual(await seek(path, '0-1'), [206, 2, 'PASS', ['bytes=0-1']]);
  });

  it('comes from the storage once the file has been asked for from its beginning', async () => {
    const path = '/500000/small';
    assert.deepEqual(await seek(path, '499990-'), [206, 10, 'PASS', ['bytes=499990-']]);
    assert.deepEqual(await seek(path, '0-'), [206, 500_000, 'MISS', [undefined]]);
    assert.deepEqual(await seek(path, '499990-'), [206, 10, 'HIT', []]);
  });

  it('is the whole where Varnish cannot read which part it is, and never an error', async () => {
    for (const range of ['5-9,11-12', 'evil', '-', '5-9,', ' 5-9'])
      assert.deepEqual(
        (await seek(`/300/${encodeURIComponent(range)}`, range)).slice(0, 2),
        [200, 300],
        range,
      );
    for (const range of ['0-24', 'items=0-24']) {
      const headers = [`Range: ${range}`, 'Cookie: session=1'];
      assert.equal((await ask(front.port, { path: '/300/other', headers })).status, 200, range);
    }
  });
});
