import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { maintenancePageVcl } from '../../operator/components/cache/vcl/maintenance-page-vcl.ts';
import type { TestOverrides } from '../../operator/testing/site.ts';
import type { Received } from './application.ts';
import { ask } from './exchange.ts';
import { edge, siteAt } from './varnish.ts';

/** `/hinted/103/102` is answered with these, and a moment later, as a page takes it, with what the path is. */
async function hinting({ url }: Received, response: ServerResponse): Promise<void> {
  const codes = /^\/hinted\/([0-9/]+)/.exec(url)?.[1]?.split('/') ?? [];
  for (const code of codes.filter(Boolean))
    response.socket?.write(`HTTP/1.1 ${code} Hint\r\nX-Hint: 1\r\n\r\n`);
  if (codes.length > 0) await setTimeout(20);
  response.writeHead(200, { 'Content-Type': 'text/plain', 'Cache-Control': 'max-age=60' });
  response.end(`this is ${url}\n`);
}

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND'];
const hints = ['100', '102', '103', '103/103', '100/102/103', '199'];

const open = { route: { maintenance: { enabled: true, allowFrom: ['203.0.113.0/24'] } } };
const fronts: [string, TestOverrides, ((port: number) => string)?][] = [
  ['the cache', { preset: 'Generic' }],
  ['a cache that passes everything', { preset: 'Generic', cache: { mode: 'Pass' } }],
  [
    'the maintenance page',
    { preset: 'Generic', ...open },
    // Behind it is the site's Service; here the application stands for both.
    (port) =>
      maintenancePageVcl(siteAt({ preset: 'Generic', ...open }, port), '127.0.0.1').replace(
        '"80"',
        `"${port}"`,
      ),
  ],
];

describe('an answer below 200 before the answer', function () {
  this.timeout(60_000);
  for (const [name, overrides, text] of fronts) {
    describe(`behind ${name}`, () => {
      const front = edge(overrides, hinting, text);
      const visitor = ['X-Forwarded-For: 203.0.113.9'];

      /** Several at once, each time, so that every kept connection is used. */
      async function pages(stem: string, headers: readonly string[]): Promise<void> {
        const paths = Array.from({ length: 6 }, (_, at) => `/page/${stem}/${at}`);
        const answers = await Promise.all(paths.map((path) => ask(front.port, { path, headers })));
        const seen = answers.map(({ status, body }) => `${status} ${body.trim()}`);
        assert.deepEqual(
          seen,
          paths.map((path) => `200 this is ${path}`),
        );
      }

      for (const hint of hints) {
        for (const method of methods) {
          it(`${hint} to ${method}: what comes after it is given to nobody else`, async () => {
            for (const session of [[], ['Cookie: session=1']]) {
              const stem = `${hint}/${method}/${session.length}`;
              const headers = [...visitor, ...session];
              await ask(front.port, { method, path: `/hinted/${stem}`, headers });
              await pages(stem, headers);
              await pages(stem, headers);
            }
          });
        }
      }
    });
  }
});

describe('a page that an answer below 200 comes before', function () {
  this.timeout(60_000);
  const front = edge({ preset: 'Generic' }, hinting);

  it('is an error, and is counted', async () => {
    const { status } = await ask(front.port, { path: '/hinted/103/page' });
    assert.equal(status, 503);
    assert.equal((await front.varnish.counters())['MAIN.fetch_1xx'], 1);
  });
});

describe('an application that answers HEAD with a body', () => {
  /** What it leaves on the connection looks like the answer to somebody else. */
  const left = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwrong';
  const front = edge({ preset: 'Generic' }, ({ method, url }, response) => {
    if (method === 'HEAD') {
      response.socket?.write(`HTTP/1.1 200 OK\r\nContent-Length: ${left.length}\r\n\r\n`);
      // Answers the request in the eyes of Node.js, which writes no body itself.
      setImmediate(() => response.socket?.write(left));
      return;
    }
    response.writeHead(200, { 'Content-Type': 'text/plain' });
    response.end(`this is ${url}\n`);
  });

  it('changes no page', async () => {
    for (let at = 0; at < 20; at += 1) {
      await ask(front.port, { method: 'HEAD', path: `/head/${at}`, headers: ['Cookie: session=1'] });
      const paths = Array.from({ length: 6 }, (_, page) => `/page/${at}/${page}`);
      const answers = await Promise.all(paths.map((path) => ask(front.port, { path })));
      assert.deepEqual(
        answers.map(({ body }) => body.trim()),
        paths.map((path) => `this is ${path}`),
      );
    }
  });
});
