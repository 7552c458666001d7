import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { Inbox } from '../../operator/testing/kube/inbox.ts';
import { Wire } from './proxy-wire.ts';

describe('the wire', () => {
  let server: Server;
  let wire: Wire;
  let asked: Inbox<string>;
  const accepted: Socket[] = [];

  beforeEach(async () => {
    asked = new Inbox();
    server = createServer((socket) => {
      accepted.push(socket);
      socket.on('error', () => undefined);
      socket.setEncoding('utf8').on('data', (text: string) => {
        asked.push(text);
        socket.write(`${text}!`);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    wire = await Wire.start((server.address() as AddressInfo).port);
  });

  afterEach(async () => {
    await wire.stop();
    for (const socket of accepted.splice(0)) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  async function client(): Promise<Socket> {
    const access = wire.through(() => Promise.resolve({ server: 'http://127.0.0.1:1/7', tls: {} }));
    const { hostname, port, pathname } = new URL((await access()).server);
    assert.equal(pathname, '/7');
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    return socket.setEncoding('utf8');
  }

  async function heard(socket: Socket): Promise<string> {
    return String((await once(socket, 'data'))[0]);
  }

  it('carries both ways', async () => {
    const one = await client();
    one.write('a');
    assert.equal(await heard(one), 'a!');
    one.destroy();
  });

  it('holds answers but not questions, on old connections and new ones, and then passes them on', async () => {
    const old = await client();
    old.write('a');
    assert.equal(await heard(old), 'a!');
    wire.hold();
    const young = await client();
    let early = '';
    for (const socket of [old, young]) socket.on('data', (text: string) => (early += text));
    old.write('b');
    assert.equal(await asked.next(), 'a');
    assert.equal(await asked.next(), 'b');
    young.write('c');
    assert.equal(await asked.next(), 'c');
    assert.equal(early, '');
    const answers = Promise.all([heard(old), heard(young)]);
    wire.pass();
    assert.deepEqual(await answers, ['b!', 'c!']);
    for (const socket of [old, young]) socket.destroy();
  });

  it('ends all connections, also those that are held, and takes no others', async () => {
    const one = await client();
    wire.hold();
    const closed = once(one, 'close');
    await wire.stop();
    await closed;
    await assert.rejects(client());
  });
});
