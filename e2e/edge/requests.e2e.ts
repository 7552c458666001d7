import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before } from 'mocha';
import { maintenancePageVcl } from '../../operator/components/cache/vcl/maintenance-page-vcl.ts';
import { vcl } from '../../operator/components/cache/vcl/vcl.ts';
import { ask, exchange } from './exchange.ts';
import { edge, siteAt } from './varnish.ts';

const hosts = ['www.example.org', 'example.org', 'shop.example.org'];

const askedHosts: [string, number][] = [
  ['www.example.org', 200],
  ['WWW.Example.ORG', 200],
  ['www.example.org:8080', 200],
  ['www.example.org.', 200],
  ['example.org', 200],
  ['shop.example.org', 200],
  ['evil.example', 200],
  ['example.org.evil.example', 200],
  ['xexample.org', 200],
  ['a.www.example.org', 200],
  ['wwwxexample.org', 200],
  ['10.1.2.3', 200],
  ['127.0.0.1:6081', 200],
  ['[::1]', 200],
  ['localhost', 200],
  ['..', 400],
  ['-', 400],
  ['a'.repeat(300), 400],
  ['www.example.org@evil.example', 400],
  ['www.example.org/evil', 400],
  ['www.example.org, evil.example', 400],
];

const methods: [string, number][] = [
  ['GET', 200],
  ['HEAD', 200],
  ['POST', 200],
  ['PUT', 200],
  ['PATCH', 200],
  ['DELETE', 200],
  ['OPTIONS', 200],
  ['PROPFIND', 200],
  ['REPORT', 200],
  ['MKCOL', 200],
  ['SEARCH', 200],
  ['TRACE', 405],
  ['PURGE', 405],
  ['BAN', 405],
  ['CONNECT', 405],
  ['get', 501],
  ['purge', 501],
  ['FOO', 501],
  ['GETX', 501],
  ['POST-IT', 501],
];

const handshake = [
  'GET /socket HTTP/1.1',
  'Host: www.example.org',
  'Connection: Upgrade',
  'Upgrade: websocket',
];
const complete = ['Sec-WebSocket-Key: dGhlIHNhbXBsZQ==', 'Sec-WebSocket-Version: 13'];

const open = { route: { maintenance: { allowFrom: ['203.0.113.0/24'] } } };
const fronts: [string, object, ((port: number) => string)?][] = [
  ['the cache', { hosts, preset: 'Generic' }],
  ['a cache that passes everything', { hosts, preset: 'Generic', cache: { mode: 'Pass' } }],
  [
    'the maintenance page',
    { hosts, preset: 'Generic' },
    (port) =>
      maintenancePageVcl(siteAt({ hosts, preset: 'Generic', ...open }, port), '127.0.0.1').replace(
        '"80"',
        `"${port}"`,
      ),
  ],
];

for (const [name, overrides, text] of fronts) {
  describe(`what ${name} lets through`, () => {
    const front = edge(
      overrides,
      ({ method, headers, body }, response) => {
        response.end(`${method} ${headers.host} ${body}`);
      },
      text,
    );
    const headers = ['X-Forwarded-For: 203.0.113.9'];
    const asked = () => front.application.received.length;

    for (const [host, wanted] of askedHosts) {
      it(`the host ${host.slice(0, 40)}: ${wanted}`, async () => {
        const before = asked();
        const { status } = await ask(front.port, { host, headers, path: `/${encodeURIComponent(host)}` });
        assert.deepEqual([status, asked() > before], [wanted, wanted === 200]);
      });
    }

    it('a host that is not the one of the site: nothing is stored', async () => {
      for (const host of ['evil.example', 'evil.example']) {
        const before = asked();
        await ask(front.port, { host, headers, path: '/a-page-of-another-host' });
        assert.equal(asked(), before + 1);
      }
    });

    it('no host at all: refused', async () => {
      for (const version of ['1.0', '1.1'])
        assert.match(
          await exchange(front.port, `GET / HTTP/${version}\r\nConnection: close\r\n\r\n`),
          /^HTTP\/1\.1 4(?:00|21) /,
        );
    });

    it('two hosts: refused', async () => {
      const answer = await ask(front.port, { headers: [...headers, 'Host: evil.example'] });
      assert.equal(answer.status, 400);
    });

    it('the probes of the pod, whatever they ask for', async () => {
      const { status } = await ask(front.port, {
        host: '10.1.2.3:6081',
        path: '/.hostedsite/varnish-health',
      });
      assert.equal(status, 200);
    });

    for (const [method, wanted] of methods) {
      it(`the method ${method}: ${wanted}`, async () => {
        const before = asked();
        const { status } = await ask(front.port, { method, headers, path: `/${method}` });
        assert.deepEqual([status, asked() > before], [wanted, wanted === 200]);
      });
    }

    it('no body of HEAD', async () => {
      const before = asked();
      assert.equal((await ask(front.port, { method: 'HEAD', headers, body: 'a' })).status, 400);
      assert.equal(asked(), before);
    });

    /** On a connection of its own: what has been sent in part cannot be sent again. */
    function isAlone(): void {
      const { connection } = front.application.received.at(-1)?.headers ?? {};
      if (name !== 'the maintenance page') assert.equal(connection, 'close');
    }

    for (const method of ['GET', 'POST']) {
      it(`the body of ${method}, to each his own answer`, async () => {
        for (const body of ['{"q":"red"}', '{"q":"blue"}']) {
          const answer = await ask(front.port, { method, headers, body, path: '/search' });
          assert.equal(answer.status, 200);
          assert.equal(front.application.received.at(-1)?.body, body);
          assert.equal(answer.body, `${method} www.example.org ${body}`);
          isAlone();
        }
        const chunks = '5\r\ngreen\r\n0\r\n\r\n';
        const lines = [...headers, 'Transfer-Encoding: chunked'];
        await ask(front.port, { method, headers: lines, path: '/search', body: chunks });
        assert.equal(front.application.received.at(-1)?.body, 'green');
        isAlone();
        await ask(front.port, { method, headers, path: '/search' });
        assert.equal(front.application.received.at(-1)?.body, '');
      });
    }
  });
}

/** An application of its own: it upgrades, as the usual libraries do. */
describe('a WebSocket', () => {
  const server = createServer((_, response) => response.end('no upgrade'));
  server.on('upgrade', (request, socket, head: Buffer) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    socket.write(`${request.url} ${String(request.headers['x-original-url'])} `);
    const take = (data: Buffer) => (data.includes('bye') ? socket.end('ended') : socket.write(data));
    socket.on('data', take);
    if (head.length > 0) take(head);
  });
  before(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  after(() => server.close());
  const site = { preset: 'Generic' } as const;
  const front = edge(
    site,
    () => undefined,
    () => vcl(siteAt(site, (server.address() as AddressInfo).port)),
  );

  it('is opened, and carries bytes both ways', async () => {
    const lines = [...handshake, 'X-Original-URL: /evil', ...complete, '', ''].join('\r\n');
    const text = await exchange(front.port, `${lines}hello bye`);
    assert.match(text, /^HTTP\/1\.1 101 [^]*\r\n\r\n\/socket undefined (?:hello )?ended$/);
  });
});

describe('a WebSocket that the application does not want', () => {
  const front = edge({ preset: 'Generic' }, ({ url, headers }, response) => {
    response.setHeader('Cache-Control', 'max-age=60');
    response.end(`at ${url} of ${headers.host}`);
  });
  const opening = (extra: string[]) => [...handshake, ...extra, '', ''].join('\r\n');
  const next =
    'GET /next HTTP/1.1\r\nHost: evil.example\r\nX-Original-URL: /evil\r\nConnection: close\r\n\r\n';

  const rows: [string, string[]][] = [
    ['as it should be', complete],
    ['without a key', ['Sec-WebSocket-Version: 13']],
    ['with a body', [...complete, 'Content-Length: 0']],
  ];
  for (const [name, extra] of rows) {
    it(`leaves no open way behind: ${name}`, async () => {
      const before = front.application.received.length;
      const text = await exchange(front.port, opening(extra) + next);
      assert.match(text, /^HTTP\/1\.1 200 /);
      // What comes next on the connection is a request of its own, which Varnish has read.
      const raw = front.application.received
        .slice(before)
        .filter(({ headers }) => 'x-original-url' in headers);
      assert.deepEqual(raw, []);
    });
  }
});
