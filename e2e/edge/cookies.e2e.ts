import assert from 'node:assert/strict';
import type { TestOverrides } from '../../operator/testing/site.ts';
import { ask } from './exchange.ts';
import { edge } from './varnish.ts';

const ignored = [
  '_ga=GA1.2.3; _gid=1',
  'OptanonConsent=a; OptanonAlertBoxClosed=b',
  'CookieConsent={stamp:x}',
  '__cf_bm=a; _cfuvid=b',
  'hubspotutk=1; __hstc=2; __hssc=3; __hssrc=4',
  '_ttp=1',
  '_pin_unauth=1',
  'AWSALB=1; AWSALBCORS=2',
  'borlabs-cookie=1',
  'AWSELB=1;_fbp=2',
];
/** Like those, and not those. */
const strange = [
  'session=1',
  '_gallery_session=1',
  'xAWSALB=1',
  'AWSALBX=1',
  '_ga=1; sid=2',
  'CookieConsentSession=1',
  'sid',
];

const sites: [string, TestOverrides, stored: string[], passed: string[]][] = [
  ['Generic', { preset: 'Generic' }, ignored, [...strange, 'theme=dark']],
  [
    'Generic with lists of its own',
    {
      preset: 'Generic',
      cache: { ignoreCookies: ['theme', 'shop_*', '__Host-a'], keepCookies: ['shop_session', 'AWSALB'] },
    },
    ['theme=dark', 'shop_seen=1; theme=2', '_ga=1; theme', '__Host-a=1', 'shop_sessions=1'],
    [
      ...strange,
      'themes=1',
      'xtheme=1',
      'shop_session=1',
      'shop_seen=1; shop_session=1',
      'theme=1; sid=2',
      'AWSALB=1',
    ],
  ],
  [
    'WordPress',
    { cache: { keepCookies: ['basket'] } },
    [...ignored, 'session=1', 'theme=dark', 'wordpress_test_cookie=1'],
    ['wordpress_logged_in_0=1', 'basket=1', '_ga=1; PHPSESSID=2'],
  ],
];

describe('cookies', () => {
  for (const [name, overrides, stored, passed] of sites) {
    describe(`of ${name}`, () => {
      const front = edge(overrides, ({ headers }, response) => {
        response.writeHead(200, { 'Cache-Control': 'max-age=60', 'Content-Type': 'text/html' });
        response.end(String(headers.cookie));
      });
      const rows = [
        ...stored.map((one) => [one, true] as const),
        ...passed.map((one) => [one, false] as const),
      ];
      for (const [cookie, isStored] of rows) {
        it(`${cookie} ${isStored ? 'makes no difference' : 'is a person’s'}`, async () => {
          const path = `/${encodeURIComponent(cookie)}`;
          // Two headers are one.
          const headers = cookie.split(/;(?= )/).map((line) => `Cookie: ${line.trim()}`);
          const first = await ask(front.port, { path, headers });
          const second = await ask(front.port, { path });
          const wanted = isStored ? ['undefined', 'HIT'] : [cookie, 'MISS'];
          assert.deepEqual([first.body, second.headers['x-cache']?.[0]], wanted);
        });
      }
    });
  }
});

describe('a session in a header of its own, beside cookies that make no difference', () => {
  const front = edge({ preset: 'Generic' }, ({ headers }, response) => {
    response.writeHead(200, { 'Cache-Control': 'max-age=60', 'Content-Type': 'text/html' });
    response.end(String(headers.cookie));
  });
  for (const lines of [
    ['Cookie: _ga=1', 'Cookie: session=1'],
    ['Cookie: session=1', 'Cookie: _ga=1'],
    ['Cookie: _ga=1', 'Cookie: _gid=1', 'cookie:session=1'],
    ['Cookie: _ga=1;', 'Cookie: ;session=1'],
  ]) {
    it(`is a person’s: ${lines.join(', ')}`, async () => {
      await ask(front.port);
      for (let time = 0; time < 2; time += 1) {
        const { body, headers } = await ask(front.port, { headers: lines });
        assert.deepEqual(headers['x-cache'], ['PASS']);
        assert.match(body, /session=1/);
      }
      const other = await ask(front.port);
      assert.deepEqual([other.body, other.headers['x-cache']], ['undefined', ['HIT']]);
    });
  }
});
