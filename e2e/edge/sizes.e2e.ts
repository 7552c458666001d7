import assert from 'node:assert/strict';
import type { TestOverrides } from '../../operator/testing/site.ts';
import { ask } from './exchange.ts';
import type { Ask } from './exchange.ts';
import { edge } from './varnish.ts';

const line = 'x'.repeat(32_000);
const lines = Array.from({ length: 210 }, (_, at) => `X-Line-${at}: ${'y'.repeat(230)}`);

describe('long headers', function () {
  this.timeout(60_000);
  /** The answer has the headers that the path asks for, and says what of the request's came. */
  const front = edge({ preset: 'Generic' }, ({ url, rawHeaders }, response) => {
    const { searchParams } = new URL(url, 'http://application');
    const kept = searchParams.has('store') ? 'max-age=60' : 'no-store';
    const sent = [
      ...(searchParams.has('line') ? ['X-Line', 'x'.repeat(Number(searchParams.get('line')))] : []),
      ...lines.slice(0, Number(searchParams.get('lines') ?? 0)).flatMap((one) => one.split(': ')),
    ];
    response.writeHead(200, ['Content-Type', 'text/html', 'Cache-Control', kept, ...sent]);
    response.end(`${rawHeaders.filter((text) => /^[xy]{200}|^id=/.test(text)).join('').length}\n`);
  });

  const session = 'Cookie: id=1';
  const whole: [string, Ask, number][] = [
    ['a line of an answer', { path: '/?line=32000', headers: [session] }, 1],
    ['a line of a page that is stored', { path: '/?line=32000&store' }, 1],
    ['the lines of an answer', { path: '/?lines=126', headers: [session] }, 126],
    ['the lines of a page that is stored', { path: '/?lines=126&store' }, 126],
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

  it('arrive or are an error when there are more of them, and are never cut', async () => {
    for (const headers of [[session], []])
      for (const store of ['', '&store'])
        for (const [count, wanted, arrived] of [
          [150, 200, 150],
          [200, 503, 0],
        ]) {
          const answer = await ask(front.port, { path: `/?lines=${count}${store}`, headers });
          const names = Object.keys(answer.headers).filter((name) => name.startsWith('x-line'));
          assert.deepEqual([answer.status, names.length], [wanted, arrived]);
        }
  });
});

const passPaths = Array.from({ length: 64 }, (_, at) => `/${at}${'/cart'.repeat(100)}`);
const sites: [string, TestOverrides, string][] = [
  ['WordPress', { cache: { passPaths } }, 'wordpress_logged_in_a='],
  ['Generic', { preset: 'Generic', cache: { passPaths, ignoreCookies: ['theme'] } }, 'session='],
];
for (const [name, site, own] of sites) {
  describe(`cookies just below the longest, where rules look at paths: ${name}`, () => {
    const front = edge(site, ({ headers }, response) => {
      response.writeHead(200, { 'Content-Type': 'text/html', 'Cache-Control': 'max-age=60' });
      response.end(String(headers.cookie?.length));
    });
    const longest = 2 ** 15 - 'Cookie: '.length - '\r\n'.length;
    /** Fourteen letters that rules name, in the longest path in which one is to be decoded. */
    const encoded = `/${Buffer.from('cartwpjson.lgih').toString('hex').replaceAll(/../g, '%$&').repeat(45)}`;

    it('arrive, in one line and in two', async () => {
      const rows: [string[], string][] = [
        [[own.padEnd(longest, 'x')], String(longest)],
        [['_ga='.padEnd(longest, 'x')], 'undefined'],
        [['_ga='.padEnd(20_000, 'x'), own.padEnd(16_000, 'x')], String(20_000 + 16_000 + '; '.length)],
        [['_ga='.padEnd(20_000, 'x'), '_gid='.padEnd(16_000, 'x')], 'undefined'],
      ];
      for (const path of ['/', `/${'c'.repeat(1_500)}`, encoded])
        for (const [cookies, wanted] of rows)
          for (const more of [[], ['Sec-Fetch-Dest: document']]) {
            const headers = [...cookies.map((cookie) => `Cookie: ${cookie}`), ...more];
            const { status, body } = await ask(front.port, { path: `${path}?${wanted}`, headers });
            assert.deepEqual([status, body], [200, wanted]);
          }
    });

    it('a path that is longer and written so is refused', async () => {
      assert.equal((await ask(front.port, { path: `${encoded}%63%63%63%63%63%63%63%63` })).status, 414);
      assert.equal((await ask(front.port, { path: `/${'%e3%81%93'.repeat(400)}` })).status, 200);
    });
  });
}
