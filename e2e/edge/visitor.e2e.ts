import assert from 'node:assert/strict';
import { ask, exchange } from './exchange.ts';
import type { Answer } from './exchange.ts';
import type { Received } from './application.ts';
import { edge } from './varnish.ts';

/** Here the one who asks is the ingress controller: Varnish adds its address, 127.0.0.1, as the last entry. */
const rows: [sent: string, visitor: string, behindProxies: string][] = [
  ['', '127.0.0.1', '127.0.0.1'],
  ['203.0.113.9', '203.0.113.9', '203.0.113.9'],
  ['2001:db8::7', '2001:db8::7', '2001:db8::7'],
  // What a visitor invented stands before what the controller wrote.
  ['10.1.2.3, 203.0.113.9', '203.0.113.9', '203.0.113.9'],
  ['198.51.100.1, 203.0.113.9', '203.0.113.9', '203.0.113.9'],
  ['127.0.0.1,203.0.113.9', '203.0.113.9', '203.0.113.9'],
  // One proxy, two proxies, and what their visitor invented.
  ['203.0.113.9, 198.51.100.1', '198.51.100.1', '203.0.113.9'],
  ['203.0.113.9, 198.51.100.1, 2001:db8:5::1', '2001:db8:5::1', '203.0.113.9'],
  ['10.1.2.3, 203.0.113.9, 198.51.100.1, 198.51.100.2', '198.51.100.2', '203.0.113.9'],
  ['198.51.100.7, 203.0.113.9, 198.51.100.1', '198.51.100.1', '203.0.113.9'],
  // All of them are proxies: the first is as near to the visitor as can be known.
  ['198.51.100.1, 198.51.100.2', '198.51.100.2', '198.51.100.1'],
  // Ports and brackets.
  ['203.0.113.9:4711, 198.51.100.1:80', '198.51.100.1', '203.0.113.9'],
  ['[2001:db8::7]:4711', '2001:db8::7', '2001:db8::7'],
  ['[2001:db8:5::7]:4711, 198.51.100.1', '198.51.100.1', '2001:db8:5::7'],
  // No addresses.
  ['unknown', '0.0.0.0', '0.0.0.0'],
  [':80', '0.0.0.0', '0.0.0.0'],
  ['0x7f.1', '0.0.0.0', '0.0.0.0'],
  ['::ffff:203.0.113.9', '::ffff:203.0.113.9', '::ffff:203.0.113.9'],
  ['<script>, 198.51.100.1', '198.51.100.1', '0.0.0.0'],
  ['203.0.113.9, unknown', '0.0.0.0', '0.0.0.0'],
];

const lies = [
  'X-Real-IP: 10.1.2.3',
  'X_Forwarded_For: 10.1.2.3',
  'X_Real_IP: 10.1.2.3',
  'Client-IP: 10.1.2.3',
  'True-Client-IP: 10.1.2.3',
  'CF-Connecting-IP: 10.1.2.3',
  'X-Client-IP: 10.1.2.3',
  'X-Cluster-Client-IP: 10.1.2.3',
  'Forwarded: for=10.1.2.3',
  'X-Original-Forwarded-For: 10.1.2.3',
  'X-HostedSite-Unknown: X-Forwarded-For: 10.1.2.3',
];

const trustedProxies = ['198.51.100.0/24', '2001:db8:5::/64'];
const ways: [string, (headers: string[]) => object][] = [
  ['a page', (headers) => ({ headers })],
  ['a page of his own', (headers) => ({ headers: [...headers, 'Cookie: session=1'] })],
  ['a form', (headers) => ({ headers, method: 'POST', body: 'a=1' })],
  ['an unknown header', (headers) => ({ headers: [...headers, 'X-Tenant: 5'] })],
];

describe('the visitor whom the application sees', () => {
  const sites: [string, 1 | 2, object][] = [
    ['behind the ingress controller', 1, {}],
    ['behind trusted proxies', 2, { trustedProxies }],
  ];
  for (const [where, column, route] of sites) {
    describe(where, () => {
      const front = edge({ preset: 'Generic', route }, (_, response) => {
        response.end('seen');
      });

      async function seen(options: object): Promise<Received['headers']> {
        const path = `/${Math.random()}`;
        const { status }: Answer = await ask(front.port, { path, ...options });
        assert.equal(status, 200);
        return front.application.received.find(({ url }) => url === path)?.headers ?? {};
      }

      for (const row of rows) {
        it(`is ${row[column]} of '${row[0]}'`, async () => {
          for (const [, options] of ways) {
            const headers = row[0] === '' ? [] : [`X-Forwarded-For: ${row[0]}`];
            const got = await seen(options([...headers, ...lies]));
            assert.deepEqual([got['x-forwarded-for'], got['x-real-ip']], [row[column], row[column]]);
            assert.doesNotMatch(JSON.stringify(got), /10\.1\.2\.3/);
          }
        });
      }

      it('is not written by himself in a second header', async () => {
        const headers = ['X-Forwarded-For: 10.1.2.3', 'X-Forwarded-For: 203.0.113.9'];
        assert.equal((await seen({ headers }))['x-forwarded-for'], '203.0.113.9');
      });

      it('is the same to a WebSocket', async () => {
        const lines = [
          'X-Forwarded-For: 10.1.2.3, 203.0.113.9',
          'X-Real-IP: 10.1.2.3',
          'X_Real_IP: 10.1.2.3',
        ];
        const path = `/${Math.random()}`;
        const upgrade = [
          'Upgrade: websocket',
          'Connection: Upgrade',
          'Sec-WebSocket-Key: a',
          'Sec-WebSocket-Version: 13',
        ];
        const text = [`GET ${path} HTTP/1.1`, 'Host: www.example.org', ...upgrade, ...lines].join('\r\n');
        await exchange(front.port, `${text}\r\n\r\n`);
        const headers = front.application.received.find(({ url }) => url === path)?.headers ?? {};
        assert.deepEqual([headers['x-forwarded-for'], headers['x-real-ip']], ['203.0.113.9', '203.0.113.9']);
        assert.doesNotMatch(JSON.stringify(headers), /10\.1\.2\.3/);
      });
    });
  }
});
