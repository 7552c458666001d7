import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { request } from 'undici';
import type { Access } from './access.ts';
import { Transport } from './transport.ts';

function access(ca: string, token: string): Access {
  return { server: 'https://127.0.0.1:1', authorization: `Bearer ${token}`, tls: { ca } };
}

describe('Transport', () => {
  let transport: Transport;
  beforeEach(() => (transport = new Transport()));
  afterEach(() => transport.close());

  it('keeps its connections while certificates stay the same, whatever the token', () => {
    assert.equal(
      transport.agent('requests', access('A', 'one')),
      transport.agent('requests', access('A', 'two')),
    );
    assert.equal(
      transport.agent('watches', access('A', 'one')),
      transport.agent('watches', access('A', 'two')),
    );
  });

  it('keeps watches apart from requests', () => {
    assert.notEqual(
      transport.agent('requests', access('A', 'one')),
      transport.agent('watches', access('A', 'one')),
    );
  });

  it('makes new ones when certificates change', () => {
    const before = transport.agent('requests', access('A', 'one'));
    assert.notEqual(transport.agent('requests', access('B', 'one')), before);
    assert.notEqual(
      transport.agent('requests', access('A', 'one')),
      before,
      'the old ones are not taken up again',
    );
  });

  it('offers HTTP/1.1 only: in HTTP/2 one connection that is stuck would hold up every watch', async () => {
    const server = createServer();
    try {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const hello = new Promise<Buffer>((resolve) =>
        server.once('connection', (socket) => {
          socket.on('error', () => undefined);
          socket.once('data', (bytes) => {
            resolve(bytes);
            socket.destroy();
          });
        }),
      );
      const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
      await assert.rejects(request(url, { dispatcher: transport.agent('requests', { tls: {} }) }));
      const offered = await hello;
      assert.ok(offered.includes('\x08http/1.1'));
      assert.ok(!offered.includes('\x02h2'));
    } finally {
      server.close();
    }
  });

  it('can be closed twice', async () => {
    transport.agent('requests', access('A', 'one'));
    await transport.close();
    await transport.close();
  });
});
