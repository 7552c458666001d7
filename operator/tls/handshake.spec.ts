import assert from 'node:assert/strict';
import { createServer as createPlainServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { createServer } from 'node:tls';
import type { SecureContextOptions } from 'node:tls';
import { handshake } from './handshake.ts';
import { testCertificate } from './test-certificate.ts';

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

  it('says nothing of a server that hangs up, as one does that expects the PROXY protocol', async () => {
    assert.equal((await greeted(createPlainServer((socket) => socket.destroy()))).finding, 'unreachable');
  });

  it('says nothing of a server that never answers, and ends in time', async () => {
    const sockets: { destroy(): void }[] = [];
    const one = createPlainServer((socket) => sockets.push(socket));
    assert.equal((await greeted(one, 50)).finding, 'unreachable');
    for (const socket of sockets) socket.destroy();
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
