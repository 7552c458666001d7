import assert from 'node:assert/strict';
import { ask } from './exchange.ts';
import type { Ask } from './exchange.ts';
import { edge } from './varnish.ts';

const line = 'x'.repeat(32_000);
const lines = Array.from({ length: 126 }, (_, at) => `X-Line-${at}: ${'y'.repeat(230)}`);

describe('long headers', function () {
  this.timeout(60_000);
  /** The answer has the headers that the path asks for, and says what of the request's came. */
  const front = edge({ preset: 'Generic' }, ({ url, rawHeaders }, response) => {
    const { searchParams } = new URL(url, 'http://application');
    const kept = searchParams.has('store') ? 'max-age=60' : 'no-store';
    const sent = [
      ...(searchParams.has('line') ? ['X-Line', 'x'.repeat(Number(searchParams.get('line')))] : []),
      ...(searchParams.has('lines') ? lines.flatMap((one) => one.split(': ')) : []),
    ];
    response.writeHead(200, ['Content-Type', 'text/html', 'Cache-Control', kept, ...sent]);
    response.end(`${rawHeaders.filter((text) => /^[xy]{200}|^id=/.test(text)).join('').length}\n`);
  });

  const session = 'Cookie: id=1';
  const whole: [string, Ask, number][] = [
    ['a line of an answer', { path: '/?line=32000', headers: [session] }, 1],
    ['a line of a page that is stored', { path: '/?line=32000&store' }, 1],
    ['the lines of an answer', { path: '/?lines', headers: [session] }, 126],
    ['the lines of a page that is stored', { path: '/?lines&store' }, 126],
    ['a line of a request', { headers: [`Cookie: id=${line}`] }, 0],
    ['a line of a request for a page', { path: '/?page&store', headers: [`X-Tags: ${line}`] }, 0],
    ['the lines of a request', { headers: [session, ...lines.slice(0, 110)] }, 0],
    ['both', { path: '/?line=32000', headers: [`Cookie: id=${line}`] }, 1],
  ];
  for (const [name, one, wanted] of whole) {
    it(`arrive: ${name}`, async () => {
      for (const time of ['first', 'second']) {
        const { status, headers } = await ask(front.port, one);
        const arrived = Object.keys(headers).filter((key) => key.startsWith('x-line'));
        assert.deepEqual([status, arrived.length], [200, wanted], time);
      }
    });
  }

  it('arrive at the application whole', async () => {
    front.application.received.length = 0;
    await ask(front.port, { headers: [`Cookie: id=${line}`] });
    assert.equal(front.application.received[0]?.headers.cookie, `id=${line}`);
  });

  it('are an error when they are longer, and one that is counted', async () => {
    const before = await front.varnish.counters();
    const answers = [
      await ask(front.port, { path: '/?line=33000', headers: [session] }),
      await ask(front.port, { headers: [`Cookie: id=${'x'.repeat(33_000)}`] }),
    ];
    assert.deepEqual(
      answers.map(({ status }) => status),
      [503, 400],
    );
    const now = await front.varnish.counters();
    for (const name of ['MAIN.fetch_failed', 'MAIN.client_req_400'])
      assert.equal(now[name]! - before[name]!, 1, name);
  });
});
