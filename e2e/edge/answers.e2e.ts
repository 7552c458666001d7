import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import type { ServerResponse } from 'node:http';
import { ask } from './exchange.ts';
import { edge } from './varnish.ts';

const past = 'Expires: Thu, 01 Jan 2004 00:00:00 GMT';
const future = 'Expires: Thu, 01 Jan 2099 00:00:00 GMT';
const aMinute = 'Cache-Control: max-age=60';

/** Lines of an answer that is one visitor's. */
const own: string[][] = [
  ['Set-Cookie: session=1'],
  [aMinute, 'Set-Cookie: session=1'],
  ['Cache-Control: private'],
  ['Cache-Control: private, max-age=60'],
  ['Cache-Control: no-store'],
  ['Cache-Control: no-cache'],
  ['Cache-Control: no-cache="Set-Cookie", max-age=60'],
  ['Cache-Control: MAX-AGE=60, PRIVATE'],
  [aMinute, 'Cache-Control: private'],
  [aMinute, 'Cache-Control: no-store'],
  ['Cache-Control: max-age=0'],
  ['Cache-Control: max-age=60, s-maxage=0'],
  [aMinute, 'Age: 61'],
  [aMinute, 'Surrogate-Control: no-store'],
  ['Vary: *'],
  [aMinute, 'Vary: *'],
  [aMinute, 'Vary: Accept-Encoding', 'Vary: *'],
  [past],
  ['Expires: 0'],
  ['Expires: -1'],
  ['Pragma: no-cache'],
  ['Pragma: No-Cache'],
  ['Pragma: x', 'Pragma: no-cache'],
  ['Pragma: no-cache', future],
  // What PHP's session_start writes.
  [past, 'Cache-Control: no-store, no-cache, must-revalidate', 'Pragma: no-cache'],
];
/** Beside them: Cache-Control says more than what was there before it. */
const shared: string[][] = [
  [],
  [aMinute],
  [future],
  [aMinute, past],
  [aMinute, 'Pragma: no-cache'],
  ['Cache-Control: public', 'Pragma: no-cache'],
  ['Pragma: cache'],
  ['Cache-Control: s-maxage=60, max-age=0'],
];

describe('an answer that says whose it is', () => {
  let asked = 0;
  const front = edge({ preset: 'Generic' }, ({ url }, response) => {
    asked += 1;
    const lines = JSON.parse(decodeURIComponent(url.slice(2))) as string[];
    response.writeHead(200, [
      ...['Content-Type', 'text/html', 'Content-Length', '6'],
      ...lines.flatMap((line) => line.split(': ')),
    ]);
    response.end(String(asked).padEnd(6));
  });

  for (const [rows, isShared] of [
    [own, false],
    [shared, true],
  ] as const) {
    for (const lines of rows) {
      it(`is ${isShared ? 'for all' : 'for one'}: ${lines.join('; ') || 'nothing'}`, async () => {
        const path = `/?${encodeURIComponent(JSON.stringify(lines))}`;
        // One makes the mark that it is not stored, the next ones find it.
        const seen = [];
        for (let visitor = 0; visitor < 3; visitor += 1) seen.push(await ask(front.port, { path }));
        const bodies = new Set(seen.map(({ status, body }) => `${status} ${body}`));
        const fates = seen.map(({ headers }) => headers['x-cache']?.[0]);
        assert.deepEqual(
          [bodies.size, fates],
          isShared ? [1, ['MISS', 'HIT', 'HIT']] : [3, ['PASS', 'PASS', 'PASS']],
        );
      });
    }
  }
});

describe('an answer that says that it is good for a year', () => {
  let asked = 0;
  const front = edge(
    { preset: 'Generic', cache: { maxTTLSeconds: 1, graceSeconds: 0 } },
    (_: unknown, response: ServerResponse) => {
      asked += 1;
      response.writeHead(200, { 'Content-Type': 'text/html', 'Cache-Control': 's-maxage=31536000' });
      response.end(`page ${asked}\n`);
    },
  );
  const visit = async () => {
    const { headers, body } = await ask(front.port);
    return [headers['x-cache']?.[0], body.trim()];
  };

  it('is good for as long as the site says', async () => {
    assert.deepEqual(
      [await visit(), await visit()],
      [
        ['MISS', 'page 1'],
        ['HIT', 'page 1'],
      ],
    );
    await setTimeout(1100);
    assert.deepEqual(await visit(), ['MISS', 'page 2']);
  });
});
