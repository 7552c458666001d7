import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import type { Access } from './access.ts';
import { ApiClient } from './api-client.ts';
import type { ApiRequest } from './api-client.ts';
import { NotLeader, Timeout } from '../errors.ts';
import { FakeClock } from '../../testing/kube/fake-clock.ts';
import { ScriptedServer } from '../../testing/kube/scripted-server.ts';
import type { Exchange } from '../../testing/kube/scripted-server.ts';

const get: ApiRequest = { method: 'GET', path: '/api/v1/namespaces/a/pods/p', idempotent: true };

/** What a request may wait for before it goes out: a pause, credentials, a free connection, a connection. */
describe('ApiClient when a request waits', () => {
  let server: ScriptedServer;
  let clock: FakeClock;
  let client: ApiClient;
  let leads: boolean;
  let access: () => Promise<Access>;
  let answers: number[];
  const write: ApiRequest = {
    method: 'PATCH',
    path: '/api/v1/namespaces/a/services/s',
    body: {},
    idempotent: true,
    permitted: () => {
      if (leads) return;
      throw new NotLeader({ request: write, code: 0, reason: 'no leader' });
    },
  };

  beforeEach(async () => {
    server = await ScriptedServer.start();
    clock = new FakeClock();
    leads = true;
    answers = [];
    access = () => Promise.resolve({ server: server.url, tls: {} });
    client = new ApiClient({
      access: () => access(),
      clock,
      random: () => 0,
      userAgent: 'spec',
      answered: (_method, code) => answers.push(code),
    });
  });

  afterEach(async () => {
    await client.close();
    await server.close();
    assert.deepEqual(clock.pending(), [], 'timers are left');
  });

  /** Sixteen requests that occupy every connection of the pool. */
  async function crowd(): Promise<{ open: Exchange[]; answers: Promise<unknown>[] }> {
    const requests = Array.from({ length: 16 }, () => client.request({ ...get, idempotent: false }));
    const open: Exchange[] = [];
    while (open.length < 16) open.push(await server.next());
    return { open, answers: requests };
  }

  it('sends no second try of a write when leadership ended in the pause before it', async () => {
    const refused = assert.rejects(client.request(write), NotLeader);
    (await server.next()).reset();
    await clock.timer((milliseconds) => milliseconds === 100);
    leads = false;
    await clock.advance(100);
    await refused;
    assert.deepEqual(server.untaken, []);
    assert.deepEqual(answers, [0, 0]);
  });

  it('sends a write twice when leadership goes on', async () => {
    const answer = client.request(write);
    (await server.next()).reset();
    await clock.timer((milliseconds) => milliseconds === 100);
    await clock.advance(100);
    (await server.next()).json(200, { done: true });
    assert.deepEqual(await answer, { done: true });
  });

  it('sends no write when leadership ended while credentials were read', async () => {
    let read: (value: Access) => void = () => undefined;
    access = () => new Promise((resolve) => (read = resolve));
    const refused = assert.rejects(client.request(write), NotLeader);
    await turn();
    leads = false;
    read({ server: server.url, tls: {} });
    await refused;
    assert.deepEqual(server.untaken, []);
  });

  it('sends no write again with new credentials when leadership ended meanwhile', async () => {
    const refused = assert.rejects(client.request(write), NotLeader);
    const first = await server.next();
    leads = false;
    first.fail(401, 'Unauthorized');
    await refused;
    assert.deepEqual(server.untaken, []);
  });

  it('sends no write that waited for a free connection when leadership ended meanwhile', async () => {
    const { open, answers: others } = await crowd();
    const refused = assert.rejects(client.request(write), NotLeader);
    await turn();
    leads = false;
    for (const exchange of open) exchange.json(200, {});
    await Promise.all([refused, ...others]);
    assert.deepEqual(server.untaken, []);
    const before = server.connections;
    const next = client.request(get);
    (await server.next()).json(200, { alive: true });
    assert.deepEqual(await next, { alive: true });
    assert.equal(server.connections, before, 'the refusal cost no connection');
  });

  it('ends a request in time that waits for a free connection, and never sends it', async () => {
    const { open, answers: others } = await crowd();
    const late = client.request({ ...write, deadlineMilliseconds: 3_000, idempotent: false });
    const ended = assert.rejects(late, Timeout);
    await clock.timer((milliseconds) => milliseconds === 3_000);
    await clock.advance(3_000);
    await ended;
    for (const exchange of open) exchange.json(200, {});
    await Promise.all(others);
    const next = client.request(get);
    const following = await server.next();
    assert.equal(following.path, get.path);
    following.json(200, {});
    await next;
    assert.deepEqual(server.untaken, []);
  });

  it('trusts no other of its connections when one has given no answer', async () => {
    const { open, answers: all } = await crowd();
    for (const one of open) one.json(200, {});
    await Promise.all(all);
    assert.equal(server.connections, 16);
    const request = client.request(get);
    await server.next();
    await clock.timer((delay) => delay === 10_000);
    await clock.advance(10_000);
    await clock.timer((delay) => delay === 100);
    await clock.advance(100);
    const again = await server.next();
    const another = client.request(get);
    (await server.next()).json(200, { fine: true });
    assert.deepEqual(await another, { fine: true });
    again.json(200, { fine: true });
    assert.deepEqual(await request, { fine: true });
    assert.equal(server.connections, 18, 'both had new ones');
  });

  it("lets another namespace's request past all that one namespace waits with", async () => {
    const { open, answers: first } = await crowd();
    const more = Array.from({ length: 40 }, () => client.request(get));
    const other = client.request({ ...get, path: '/api/v1/namespaces/b/pods/p' });
    await turn();
    const paths: string[] = [];
    while (open.length < 16 + 41) {
      for (const exchange of open.slice(paths.length, paths.length + 1)) exchange.json(200, {});
      const exchange = await server.next();
      open.push(exchange);
      paths.push(exchange.path);
    }
    for (const exchange of open.slice(paths.length)) exchange.json(200, {});
    await Promise.all([...first, ...more, other]);
    assert.equal(paths.indexOf('/api/v1/namespaces/b/pods/p'), 1, 'after one of the first');
  });

  it('lets an urgent request past those that wait', async () => {
    const { open, answers: others } = await crowd();
    const waiting = client.request(get);
    const renewal = client.request({ ...get, path: '/apis/coordination.k8s.io/v1/leases', urgent: true });
    const first = await server.next();
    assert.equal(first.path, '/apis/coordination.k8s.io/v1/leases');
    first.json(200, {});
    await renewal;
    for (const exchange of open) exchange.json(200, {});
    (await server.next()).json(200, {});
    await Promise.all([waiting, ...others]);
  });

  it('ends a request in time whose credentials do not come', async () => {
    access = () => new Promise(() => undefined);
    const ended = assert.rejects(client.request({ ...get, idempotent: false }), Timeout);
    await clock.advance(10_000);
    await ended;
  });

  it('ends a watch at once that waits for its credentials', async () => {
    access = () => new Promise(() => undefined);
    const stop = new AbortController();
    const ended = assert.rejects(client.stream({ path: '/p', query: {}, signal: stop.signal }), /stopped/);
    stop.abort(new Error('stopped'));
    await ended;
  });

  it('opens one connection for each watch and sixteen for all requests, and counts them', async () => {
    const stop = new AbortController();
    const watches = Array.from({ length: 13 }, () =>
      client.stream({ path: '/watch', query: {}, signal: stop.signal }),
    );
    const requests = Array.from({ length: 50 }, () => client.request(get));
    const closed: Promise<void>[] = [];
    for (let count = 0; count < 63; count += 1) {
      const exchange = await server.next();
      if (exchange.path === '/watch') closed.push(exchange.watch().closed);
      else exchange.json(200, {});
    }
    await Promise.all([...watches, ...requests]);
    assert.equal(server.connections, 29);
    assert.deepEqual(client.sockets, { requests: 16, watches: 13, urgent: 0 });
    for (const body of await Promise.all(watches))
      body[Symbol.asyncIterator]()
        .next()
        .catch(() => undefined);
    stop.abort(new Error('stopped'));
    await Promise.all(closed);
    await client.close();
    for (let turns = 0; turns < 1_000 && client.sockets.watches > 0; turns += 1) await turn();
    assert.deepEqual(client.sockets, { requests: 0, watches: 0, urgent: 0 });
  });

  it('makes new connections when certificates change; what is open goes on', async () => {
    const stop = new AbortController();
    const opened = client.stream({ path: '/watch', query: {}, signal: stop.signal });
    const watch = (await server.next()).watch();
    const body = (await opened)[Symbol.asyncIterator]();
    const before = server.connections;
    access = () => Promise.resolve({ server: server.url, tls: { ca: 'another' } });
    await clock.advance(60_000);
    const answer = client.request(get);
    (await server.next()).json(200, {});
    await answer;
    assert.equal(server.connections, before + 1);
    watch.write('still here\n');
    assert.equal(String((await body.next()).value), 'still here\n');
    stop.abort(new Error('stopped'));
    await assert.rejects(body.next(), /stopped/);
  });

  it('opens a watch with credentials read anew when the first ones are refused', async () => {
    let token = 'old';
    access = () => Promise.resolve({ server: server.url, authorization: `Bearer ${token}`, tls: {} });
    const stop = new AbortController();
    const opened = client.stream({ path: '/watch', query: {}, signal: stop.signal });
    const first = await server.next();
    token = 'new';
    first.fail(401, 'Unauthorized');
    const second = await server.next();
    assert.equal(second.headers['authorization'], 'Bearer new');
    second.watch().end();
    for await (const piece of await opened) assert.fail(String(piece));
  });
});
