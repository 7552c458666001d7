import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { after, before } from 'mocha';
import { vcl } from '../../operator/components/cache/vcl/vcl.ts';
import { ask } from './exchange.ts';
import { edge, siteAt } from './varnish.ts';

/** `stored`: a second visitor is given what the first one was. `passed`: the application is asked, and nothing is kept. */
type Fate = 'stored' | 'passed' | 400 | 403;

const refused: string[] = [
  '/a/../b',
  '/..',
  '/../etc/passwd',
  '/a/.',
  '/./a',
  '/a/..;/b',
  '/a/..%2fb',
  '/a%2f..%2fb',
  '/a/%2e%2e/b',
  '/a/.%2E/b',
  '/%2e%2e%2fetc',
  '/x/..%2fwp-admin/install.php',
  '/a\\b',
  '/\\wp-cron.php',
  '/..\\a',
  '/a%5cb',
  '/a%5C..%5Cb',
  '/frag#x',
  '/?a=1#x',
  '/a%',
  '/a%2',
  '/a%zz',
  '/a%u002e',
  '/a%00',
  '/a%00.jpg',
  '/a%0d%0aSet-Cookie:x',
  '/a%7f',
  '/%c0%ae%c0%ae/etc',
];

const ordinary: string[] = [
  '/',
  '/caf%c3%a9/',
  '/%e3%81%93%e3%82%93',
  '/a%20b',
  '/a+b',
  '/a%2Bb',
  '/~user/',
  '/%7Euser/',
  '/foo%2Dbar',
  '/@scope%2fname',
  '/img/https%3A%2F%2Fcdn.example.org%2Fa.png',
  '/a//b',
  '//a',
  '/.well-known/security.txt',
  '/a/..b/c',
  '/a/...',
  '/a.b/.c',
  // Parameters that are ignored are those of a query: the path is not rewritten behind the rules' back.
  '/a&fbclid',
  '/a/..&gclid',
  '/wp-content/uploads/a.php&utm_source=x',
  '/cartoons&fbclid=1?a=1',
  '/double%2577',
  '/?path=../a&b=%2e%2e%2f',
  '/?q=a\\b',
  '/?discount=10%',
  '/?text=a%0Ab',
  '/?q=%2F%2B%20',
];

const ofWordPress: [string, Fate][] = [
  ['/wp-cron.php', 403],
  ['/wp%2dcron.php', 403],
  ['/wp-cron%2ephp', 403],
  ['/wp-cron.ph%70', 403],
  ['/WP-%43RON.PHP', 403],
  ['//wp-cron.php', 403],
  ['/%2fwp-cron.php', 403],
  ['/%77%70%2d%63%72%6f%6e%2e%70%68%70', 403],
  ['/wp-cron.php/x', 403],
  ['/wp-cron.php?a', 403],
  ['/wp-admin%2finstall.php', 403],
  ['/wp-admin//install.php', 403],
  ['/%77p-admin/setup%2Dconfig.php', 403],
  ['/wp-content/uploads/2030/01/a.php', 403],
  ['/wp-content/uploads/a.ph%70', 403],
  ['/wp-content/uploads/a.php%37', 403],
  ['/wp-content/uploads/a%2ephtml/x', 403],
  ['/wp-content%2Fuploads%2Fa.phar', 403],
  ['/wp-content/uploads/php.jpg', 'stored'],
  ['/wp-json/x', 'passed'],
  ['/wp%2djson/x', 'passed'],
  ['/wp%2Djson%2fx', 'passed'],
  ['//wp-json/x', 'passed'],
  ['/%57p-login.php', 'passed'],
  ['/?rest_route=/wp/v2/users', 'passed'],
  ['/?a=1&rest_route=/x', 'passed'],
  ['/any/page/?rest%5froute=%2Fx', 'passed'],
  ['/?%72est_route=/x', 'passed'],
  ['/?rest.route=/x', 'passed'],
  ['/?rest+route=/x', 'passed'],
  ['/?REST_ROUTE=/x', 'passed'],
  ['/?rest_route[]=/x', 'passed'],
  ['/?my_rest_route=1', 'stored'],
  ['/?s=rest_route', 'stored'],
];

const ofTheShop: [string, Fate][] = [
  ['/cart', 'passed'],
  ['/cart/items', 'passed'],
  ['/cart?x=1', 'passed'],
  ['/%63art', 'passed'],
  ['/%43ART', 'passed'],
  ['//cart', 'passed'],
  ['/cart%2fitems', 'passed'],
  ['/cart;id=1', 'passed'],
  ['/cart//items', 'passed'],
  ['/x/../cart', 400],
  ['/x/%2e%2e/cart', 400],
  ['/x/..;/cart', 400],
  ['/./cart', 400],
  ['/x\\..\\cart', 400],
  ['/cartoons', 'stored'],
  ['/c%61rtoons', 'stored'],
  ['/x/cart', 'stored'],
  ['/th%c3%a9/a', 'passed'],
  ['/%74h%C3%A9/a', 'passed'],
  ['/th%c3%aa/a', 'stored'],
  ['/b%20c/d', 'passed'],
  ['/a-b', 'passed'],
  ['/a%2db', 'passed'],
  ['/a', 'stored'],
];

const sites: [string, object, [string, Fate][]][] = [
  ['WordPress', {}, ofWordPress],
  [
    'a shop',
    { preset: 'Generic', cache: { passPaths: ['/cart', '/th%C3%A9', '/b%20c', '/%61-b'] } },
    ofTheShop,
  ],
  ['an application without rules', { preset: 'Generic' }, []],
];

describe('paths at the edge', () => {
  for (const [name, overrides, rows] of sites) {
    describe(`of ${name}`, () => {
      const front = edge(overrides, ({ url }, response) => {
        response
          .writeHead(200, { 'Cache-Control': 'max-age=60', 'Content-Type': 'text/plain' })
          .end(`at ${url}`);
      });
      const all: [string, Fate][] = [
        ...refused.map((path): [string, Fate] => [path, 400]),
        ...ordinary.map((path): [string, Fate] => [path, 'stored']),
        ...rows,
      ];

      for (const [path, wanted] of all) {
        it(`${path} is ${wanted}`, async () => {
          const before = front.application.received.length;
          const first = await ask(front.port, { path });
          const second = await ask(front.port, { path });
          const asked = front.application.received.slice(before).map(({ url }) => url);
          if (typeof wanted === 'number') {
            assert.deepEqual([first.status, second.status, asked], [wanted, wanted, []]);
            return;
          }
          // The application sees the path as it was written.
          assert.deepEqual(asked, wanted === 'stored' ? [path] : [path, path]);
          assert.deepEqual(
            [first.body, second.headers['x-cache']],
            [`at ${path}`, [wanted === 'stored' ? 'HIT' : 'PASS']],
          );
        });
      }
    });
  }
});

describe('a site whose cache passes everything', () => {
  const front = edge({ cache: { mode: 'Pass' } }, (_, response) => {
    response.end('any');
  });
  for (const [path, wanted] of [...refused.map((one) => [one, 400] as const), ...ofWordPress]) {
    if (typeof wanted !== 'number') continue;
    it(`refuses ${path} all the same`, async () => {
      assert.equal((await ask(front.port, { path })).status, wanted);
    });
  }
});

/** An application of its own: Node.js reads no address that is not ASCII, but others do. */
describe('a path of which bytes are sent as they are', () => {
  const asked: string[] = [];
  const server = createServer((socket) => {
    let text = '';
    socket.setEncoding('latin1').on('error', () => undefined);
    socket.on('data', (data: string) => {
      text += data;
      if (!text.endsWith('\r\n\r\n')) return;
      const body = text.split(' ')[1] ?? '';
      text = '';
      asked.push(body);
      const lines = [
        'Content-Type: text/plain',
        'Cache-Control: max-age=60',
        `Content-Length: ${body.length}`,
      ];
      socket.write(['HTTP/1.1 200 OK', ...lines, '', body].join('\r\n'), 'latin1');
    });
  });
  before(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  after(() => server.close());
  const site = { preset: 'Generic', cache: { passPaths: ['/th%C3%A9'] } } as const;
  const front = edge(
    site,
    () => undefined,
    () => vcl(siteAt(site, (server.address() as AddressInfo).port)),
  );

  const rows: [string, Fate][] = [
    ['/caf\xe9', 'stored'],
    ['/caf%e9', 'stored'],
    ['/caf\xc3\xa9', 'stored'],
    ['/caf%c3%a9', 'stored'],
    ['/\xff\xfe', 'stored'],
    // A rule for it knows it; in Latin-1 it is another word.
    ['/th\xc3\xa9/a', 'passed'],
    ['/th\xe9/a', 'stored'],
    ['/x/\xe9/../cart', 400],
    ['/\xe9\\cart', 400],
    ['/\xe9\x07', 400],
  ];
  for (const [path, wanted] of rows) {
    it(`${encodeURI(path)}, one byte each, is ${wanted}, and a page of its own`, async () => {
      const before = asked.length;
      const [first, second] = [await ask(front.port, { path }), await ask(front.port, { path })];
      if (typeof wanted === 'number') {
        assert.deepEqual([first.status, second.status, asked.slice(before)], [wanted, wanted, []]);
        return;
      }
      assert.deepEqual(asked.slice(before), wanted === 'stored' ? [path] : [path, path]);
      assert.deepEqual(
        [first.body, second.body, second.headers['x-cache']],
        [path, path, [wanted === 'stored' ? 'HIT' : 'PASS']],
      );
    });
  }
});
