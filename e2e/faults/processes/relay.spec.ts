import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { Relay } from './relay.ts';

describe('Relay', () => {
  let echo: Server;
  let relay: Relay;
  const sockets: Socket[] = [];

  beforeEach(async () => {
    // Greets, and answers each piece with the same piece.
    echo = createServer((socket) => {
      sockets.push(socket);
      socket.write('hello ');
      socket.pipe(socket);
      socket.on('error', () => undefined);
    });
    await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
    relay = await Relay.start({ server: `https://127.0.0.1:${(echo.address() as AddressInfo).port}` });
  });

  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await relay.stop();
    await new Promise((resolve) => echo.close(resolve));
  });

  /** A client, and what it has heard so far. */
  function client(): { socket: Socket; heard: (text: string) => Promise<void>; text: () => string } {
    const socket = connect(Number(new URL(relay.address).port), '127.0.0.1');
    socket.on('error', () => undefined);
    sockets.push(socket);
    let text = '';
    socket.setEncoding('utf8');
    socket.on('data', (piece: string) => (text += piece));
    const heard = async (wanted: string): Promise<void> => {
      while (text !== wanted) await once(socket, 'data');
    };
    return { socket, heard, text: () => text };
  }

  it('passes bytes both ways, and the end of a connection', async () => {
    const { socket, heard } = client();
    await heard('hello ');
    socket.end('one');
    await heard('hello one');
    await once(socket, 'close');
  });

  it('holds everything while it is cut, closes nothing, and passes it on afterwards', async () => {
    const before = client();
    await before.heard('hello ');
    relay.cut();
    before.socket.write('one');
    const during = client();
    during.socket.write('two');
    await once(during.socket, 'connect');
    assert.equal(before.text(), 'hello ');
    assert.equal(during.text(), '');
    relay.pass();
    await Promise.all([before.heard('hello one'), during.heard('hello two')]);
  });

  it('lets the server speak while it is mute', async () => {
    const { socket, heard, text } = client();
    await heard('hello ');
    const [server] = sockets.filter((one) => one !== socket);
    relay.mute();
    socket.write('lost');
    server?.write('news');
    await heard('hello news');
    const ended = new Promise((resolve) => socket.once('close', resolve));
    relay.reset();
    await ended;
    assert.equal(text(), 'hello news');
  });

  it('holds the connections that there are and lets new ones pass', async () => {
    const old = client();
    await old.heard('hello ');
    relay.hold('all');
    old.socket.write('one');
    const young = client();
    young.socket.write('two');
    await young.heard('hello two');
    assert.equal(old.text(), 'hello ');
    relay.pass();
    await old.heard('hello one');
  });

  it('knows watches by what is asked for', async () => {
    const [watch, request] = [client(), client()];
    watch.socket.write('GET /pods?watch=true HTTP/1.1');
    request.socket.write('GET /pods HTTP/1.1');
    await Promise.all([
      watch.heard('hello GET /pods?watch=true HTTP/1.1'),
      request.heard('hello GET /pods HTTP/1.1'),
    ]);
    relay.hold('watches');
    watch.socket.write('1');
    request.socket.write('2');
    await request.heard('hello GET /pods HTTP/1.12');
    assert.equal(watch.text(), 'hello GET /pods?watch=true HTTP/1.1');
  });

  it('ends the connection when the server does', async () => {
    const { socket, heard } = client();
    await heard('hello ');
    for (const one of sockets) if (one !== socket) one.destroy();
    await once(socket, 'close');
  });
});
