import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent } from 'undici';
import { exchange } from './exchange.ts';

describe('exchange', () => {
  let server: Server;
  let agent: Agent;
  let asked: number;
  let reply: (response: ServerResponse) => void;

  beforeEach(async () => {
    asked = 0;
    server = createServer((_, response) => {
      asked += 1;
      reply(response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    agent = new Agent({ connections: 1 });
  });

  afterEach(async () => {
    await agent.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  function exchanged(signal: AbortSignal, start = (): void => undefined): ReturnType<typeof exchange> {
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return exchange(agent, { request: { origin, path: '/', method: 'GET' }, signal, start });
  }

  it('takes no hint for the answer, and puts characters together that were cut in two', async () => {
    const [first, second] = [Buffer.from('a€').subarray(0, 2), Buffer.from('a€').subarray(2)];
    reply = (response) => {
      response.writeEarlyHints({ link: '</a>; rel=preload' });
      response.write(first, () => setImmediate(() => response.end(second)));
    };
    const answer = await exchanged(new AbortController().signal);
    assert.equal(answer.statusCode, 200);
    assert.equal(await answer.body.text(), 'a€');
  });

  it('sends nothing when it may not start, and says why', async () => {
    reply = (response) => response.end();
    const refusal = new Error('not the leader');
    const refused = exchanged(new AbortController().signal, () => {
      throw refusal;
    });
    await assert.rejects(refused, refusal);
    assert.equal(asked, 0);
  });

  it('is given up before it begins, while it waits for a connection, and while its body comes', async () => {
    const reason = new Error('given up');
    await assert.rejects(exchanged(AbortSignal.abort(reason)), reason);
    assert.equal(asked, 0);

    const body = new AbortController();
    reply = (response) => response.write('half');
    const half = await exchanged(body.signal);
    const waits = new AbortController();
    const waiting = exchanged(waits.signal);
    waits.abort(reason);
    await assert.rejects(waiting, reason);
    body.abort(reason);
    await assert.rejects(half.body.text(), reason);
    await half.body.dump();

    reply = (response) => response.end('next');
    const next = await exchanged(new AbortController().signal);
    assert.equal(await next.body.text(), 'next');
    assert.equal(asked, 2, 'what was given up while it waited is never sent');
  });
});
