import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer as createPlainServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { createServer } from 'node:tls';
import type { SecureContextOptions } from 'node:tls';
import { Worker } from 'node:worker_threads';
import { handshake } from './handshake.ts';
import { testCertificate } from '../testing/certificate.ts';

const host = 'www.example.org';
const now = new Date('2030-01-01T12:00:00Z');
const [from, until] = [new Date('2029-12-01T00:00:00Z'), new Date('2030-03-01T00:00:00Z')];
const good = { cn: host, hosts: [host], from, until };
/** Loopback, which only specs connect to. */
const target = { address: '127.0.0.1', host, secretName: 'own' };

describe('a handshake', () => {
  let server: Server | undefined;
  afterEach(() => new Promise<void>((done) => (server === undefined ? done() : server.close(() => done()))));

  async function listening(one: Server): Promise<number> {
    server = one;
    await new Promise<void>((done) => one.listen(0, '127.0.0.1', done));
    return (one.address() as AddressInfo).port;
  }

  const greeted = async (one: Server, limit = 3000) =>
    handshake(target, { port: await listening(one), forbidden: [], own: [], limit, now: () => now });
  const serving = (context: SecureContextOptions): Server => createServer({ ...context });

  it('finds a certificate that is for the host, and until when', async () => {
    assert.deepEqual(await greeted(serving(testCertificate(good))), { finding: 'valid', until });
  });

  const rows: [string, Parameters<typeof testCertificate>[0], string][] = [
    ['for any name of a domain', { ...good, hosts: ['*.example.org'] }, 'valid'],
    ['for other hosts', { ...good, hosts: ['other.example.org'] }, 'other-host'],
    [
      "of Traefik's own",
      { ...good, cn: 'TRAEFIK DEFAULT CERT', hosts: ['x.traefik.default'] },
      'controllers-own',
    ],
    [
      "of ingress-nginx's own",
      { ...good, cn: 'Kubernetes Ingress Controller Fake Certificate', hosts: ['ingress.local'] },
      'controllers-own',
    ],
    ['that is over', { ...good, until: new Date('2029-12-31T00:00:00Z') }, 'out-of-date'],
    ['that is not valid yet', { ...good, from: new Date('2030-01-02T00:00:00Z') }, 'out-of-date'],
  ];
  for (const [what, written, finding] of rows) {
    it(`finds one ${what}: ${finding}`, async () => {
      assert.equal((await greeted(serving(testCertificate(written)))).finding, finding);
    });
  }

  it('names the host, by which a server chooses', async () => {
    const asked: string[] = [];
    const context = testCertificate(good);
    const one = createServer({
      ...context,
      SNICallback: (name, answer) => {
        asked.push(name);
        answer(null);
      },
    });
    await greeted(one);
    assert.deepEqual(asked, [host]);
  });

  it('finds none where the server has none to show', async () => {
    const one = createServer({});
    one.on('tlsClientError', () => undefined);
    assert.equal((await greeted(one)).finding, 'none');
  });

  it('finds what a server shows that then asks for a certificate of the visitor', async () => {
    const context = { ...testCertificate(good), maxVersion: 'TLSv1.2' } as const;
    const one = createServer({ ...context, requestCert: true, rejectUnauthorized: true });
    one.on('tlsClientError', () => undefined);
    assert.equal((await greeted(one)).finding, 'valid');
  });

  it('says nothing of a server that hangs up, as one does that expects the PROXY protocol', async () => {
    const greeting = await greeted(createPlainServer((socket) => socket.destroy()));
    assert.deepEqual(greeting, { finding: 'unreachable' });
  });

  it('says nothing of a server that never answers, and ends in time', async () => {
    const sockets: { destroy(): void }[] = [];
    const one = createPlainServer((socket) => sockets.push(socket));
    assert.deepEqual(await greeted(one, 50), { finding: 'unreachable' });
    for (const socket of sockets) socket.destroy();
  });

  it('says of an address that drops connections that it is silent', async () => {
    const { port, end } = await deaf();
    const options = { port, forbidden: [], own: [], limit: 200, now: () => now };
    assert.deepEqual(await handshake(target, options), { finding: 'unreachable', isSilent: true });
    await end();
  });

  it('says nothing of a name of which no name server speaks, and ends in time', async () => {
    const silent = Array.from({ length: 20 }, () => createSocket('udp4'));
    await Promise.all(silent.map((one) => new Promise<void>((done) => one.bind(0, '127.0.0.1', done))));
    const nameServers = silent.map((one) => `127.0.0.1:${one.address().port}`);
    const begun = performance.now();
    const options = { port: 1, forbidden: [], limit: 200, nameServers, now: () => now };
    assert.deepEqual(await handshake({ ...target, address: 'lb.example.net' }, options), {
      finding: 'unreachable',
      isSilent: true,
    });
    assert.ok(performance.now() - begun < 2000, 'the time is not one for each name server');
    for (const one of silent) one.close();
  });

  it('says nothing where nobody listens', async () => {
    const port = await listening(createPlainServer());
    await new Promise((done) => server?.close(done));
    server = undefined;
    const options = { port, forbidden: [], own: [], now: () => now };
    assert.equal((await handshake(target, options)).finding, 'unreachable');
  });

  describe('is not begun', () => {
    const ranges: [string, string, string[]][] = [
      ['with this machine', '127.0.0.1', []],
      ['with this machine by another notation', '::ffff:127.0.0.1', []],
      ['with a range that the configuration forbids', '127.0.0.1', ['127.0.0.0/30']],
      ['with a metadata service', '169.254.169.254', []],
      ['with a neighbour on the link', 'fe80::1', []],
    ];
    for (const [what, address, forbidden] of ranges) {
      it(what, async () => {
        let calls = 0;
        const port = await listening(createPlainServer(() => (calls += 1)));
        const own = forbidden.length > 0 ? { own: [] } : {};
        const options = { port, forbidden, ...own, limit: 500, now: () => now };
        assert.equal((await handshake({ ...target, address }, options)).finding, 'unreachable');
        assert.equal(calls, 0);
      });
    }
  });
});

/** A port whose server takes no connection, with as many before it as the kernel keeps: it drops the next. */
async function deaf(): Promise<{ port: number; end: () => Promise<unknown> }> {
  const worker = new Worker(
    `const { parentPort } = require('node:worker_threads');
    const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
      parentPort.postMessage(server.address().port);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    });`,
    { eval: true },
  );
  const [port] = (await once(worker, 'message')) as [number];
  const before = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')];
  await Promise.all(before.map((socket) => once(socket, 'connect')));
  const end = (): Promise<unknown> => {
    for (const socket of before) socket.destroy();
    return worker.terminate();
  };
  return { port, end };
}
