import assert from 'node:assert/strict';
import { ApiClient } from './api-client.ts';
import type { ApiRequest } from './api-client.ts';
import { FakeClock } from '../../testing/kube/fake-clock.ts';
import {
  AlreadyExists,
  Conflict,
  Invalid,
  Timeout,
  TooManyRequests,
  Unauthorized,
  Unavailable,
} from '../errors.ts';
import { ScriptedServer } from '../../testing/kube/scripted-server.ts';

const get: ApiRequest = { method: 'GET', path: '/api/v1/namespaces/a/pods/p', idempotent: true };
const post: ApiRequest = {
  method: 'POST',
  path: '/api/v1/namespaces/a/secrets',
  body: { stringData: { password: 'hidden' } },
  idempotent: false,
};

describe('ApiClient', () => {
  let server: ScriptedServer;
  let clock: FakeClock;
  let client: ApiClient;
  let tokens: string[];
  let reads: number;
  let answers: [string, number][];

  beforeEach(async () => {
    server = await ScriptedServer.start();
    clock = new FakeClock();
    tokens = ['first'];
    reads = 0;
    answers = [];
    client = new ApiClient({
      access: () => {
        const token = tokens[Math.min(reads, tokens.length - 1)];
        reads += 1;
        if (token === undefined) return Promise.reject(new Error('no token'));
        return Promise.resolve({ server: server.url, authorization: `Bearer ${token}`, tls: {} });
      },
      clock,
      random: () => 0,
      userAgent: 'spec',
      answered: (method, code) => answers.push([method, code]),
    });
  });

  afterEach(async () => {
    await client.close();
    await server.close();
  });

  it('sends and receives JSON as it is', async () => {
    const answer = client.request({
      method: 'PATCH',
      path: '/apis/apps/v1/namespaces/a/deployments/d',
      query: { fieldManager: 'hostedsite', force: 'true', dryRun: undefined },
      body: { spec: { brandNew: 1 } },
      contentType: 'application/apply-patch+yaml',
      idempotent: true,
    });
    const request = await server.next();
    assert.equal(request.method, 'PATCH');
    assert.deepEqual(request.query, { fieldManager: 'hostedsite', force: 'true' });
    assert.equal(request.headers['content-type'], 'application/apply-patch+yaml');
    assert.equal(request.headers['authorization'], 'Bearer first');
    assert.equal(request.headers['user-agent'], 'spec');
    assert.deepEqual(request.body, { spec: { brandNew: 1 } });
    request.json(200, { status: { alsoNew: true } });
    assert.deepEqual(await answer, { status: { alsoNew: true } });
    assert.deepEqual(answers, [['PATCH', 200]]);
  });

  it('uses its connections again', async () => {
    for (let count = 0; count < 20; count += 1) {
      const answer = client.request(get);
      (await server.next()).json(200, { count });
      assert.deepEqual(await answer, { count });
    }
    // The pool opens a second one when an answer has only just arrived.
    assert.ok(server.connections <= 2, `${server.connections} connections`);
  });

  it('ends a request that hangs, and says so', async () => {
    const answer = client.request(post);
    await server.next();
    const failed = assert.rejects(answer, (error: Timeout) => {
      assert.ok(error instanceof Timeout);
      assert.equal(error.message, 'POST /api/v1/namespaces/a/secrets: no answer within 10000 ms');
      return true;
    });
    await clock.timer((milliseconds) => milliseconds === 10_000);
    await clock.advance(10_000);
    await failed;
    assert.deepEqual(clock.pending(), []);
  });

  it('ends an answer whose body hangs', async () => {
    const answer = client.request({ ...get, idempotent: false, deadlineMilliseconds: 60_000 });
    const request = await server.next();
    request.watch().write('{"half":');
    const failed = assert.rejects(answer, Timeout);
    await clock.timer((milliseconds) => milliseconds === 60_000);
    await clock.advance(60_000);
    await failed;
  });

  it('repeats what may be repeated, with growing pauses, three times in all', async () => {
    const answer = client.request(get);
    const failed = assert.rejects(answer, Unavailable);
    (await server.next()).reset();
    await clock.timer((milliseconds) => milliseconds === 100);
    await clock.advance(100);
    (await server.next()).fail(503, 'ServiceUnavailable');
    await clock.timer((milliseconds) => milliseconds === 100);
    await clock.advance(100);
    (await server.next()).text(502, '<html>Bad Gateway</html>');
    await failed;
    assert.deepEqual(answers, [
      ['GET', 0],
      ['GET', 503],
      ['GET', 502],
    ]);
  });

  it('waits as long as the server asks', async () => {
    const answer = client.request(get);
    (await server.next()).fail(429, 'TooManyRequests', { headers: { 'retry-after': '2' } });
    await clock.timer((milliseconds) => milliseconds === 2_000);
    await clock.advance(2_000);
    (await server.next()).json(200, {});
    assert.deepEqual(await answer, {});
  });

  it('leaves a long wait to its caller', async () => {
    const answer = client.request(get);
    (await server.next()).fail(429, 'TooManyRequests', { headers: { 'retry-after': '30' } });
    await assert.rejects(answer, (error: TooManyRequests) => {
      assert.ok(error instanceof TooManyRequests);
      assert.equal(error.retryAfterSeconds, 30);
      return true;
    });
  });

  it('never repeats a create or a refusal', async () => {
    const lost = client.request(post);
    (await server.next()).reset();
    await assert.rejects(lost, Unavailable);
    const taken = client.request(post);
    (await server.next()).fail(409, 'AlreadyExists');
    await assert.rejects(taken, AlreadyExists);
    const conflict = client.request(get);
    (await server.next()).fail(409, 'Conflict');
    await assert.rejects(conflict, Conflict);
    assert.deepEqual(server.untaken, []);
  });

  it('tells nothing of a Secret in its errors', async () => {
    const answer = client.request(post);
    (await server.next()).json(422, {
      kind: 'Status',
      reason: 'Invalid',
      message: 'data[password]: Invalid value: "hidden"',
      details: {
        causes: [{ reason: 'FieldValueInvalid', field: 'data', message: 'Invalid value: "hidden"' }],
      },
    });
    await assert.rejects(answer, (error: Invalid) => {
      assert.ok(error instanceof Invalid);
      assert.ok(!JSON.stringify([error.message, error.detail, error.causes]).includes('hidden'));
      assert.equal(error.causes[0]?.field, 'data');
      return true;
    });
    const garbage = client.request({ ...get, path: '/api/v1/namespaces/a/secrets/s', idempotent: false });
    (await server.next()).text(200, 'hidden');
    await assert.rejects(garbage, (error: Unavailable) => {
      assert.equal(error.message, 'GET /api/v1/namespaces/a/secrets/s: the answer is not JSON');
      assert.equal(error.cause, undefined);
      return true;
    });
  });

  it('reads its token again every minute', async () => {
    tokens = ['first', 'second'];
    const early = client.request(get);
    (await server.next()).json(200, {});
    await early;
    await clock.advance(59_000);
    const same = client.request(get);
    const before = await server.next();
    assert.equal(before.headers['authorization'], 'Bearer first');
    before.json(200, {});
    await same;
    await clock.advance(1_000);
    const late = client.request(get);
    const after = await server.next();
    assert.equal(after.headers['authorization'], 'Bearer second');
    after.json(200, {});
    await late;
    assert.equal(reads, 2);
  });

  it('reads its token again when it is refused, also for a create', async () => {
    tokens = ['first', 'second'];
    const answer = client.request(post);
    (await server.next()).fail(401, 'Unauthorized');
    const again = await server.next();
    assert.equal(again.headers['authorization'], 'Bearer second');
    again.json(201, { made: true });
    assert.deepEqual(await answer, { made: true });
    const refused = client.request(post);
    (await server.next()).fail(401, 'Unauthorized');
    (await server.next()).fail(401, 'Unauthorized');
    await assert.rejects(refused, Unauthorized);
  });

  it('goes on with the credentials that it has when the files are missing for a moment', async () => {
    const first = client.request(get);
    (await server.next()).json(200, {});
    await first;
    tokens = [];
    await clock.advance(60_000);
    const second = client.request(get);
    const request = await server.next();
    assert.equal(request.headers['authorization'], 'Bearer first');
    request.json(200, {});
    await second;
  });

  it('opens watches beside the requests and gives the answer of a refused one', async () => {
    const stop = new AbortController();
    const opened = client.stream({ path: '/api/v1/pods', query: { watch: 'true' }, signal: stop.signal });
    const watch = await server.next();
    watch.watch().frame('ADDED', { metadata: {} });
    const body = (await opened)[Symbol.asyncIterator]();
    assert.equal(String((await body.next()).value), '{"type":"ADDED","object":{"metadata":{}}}\n');
    stop.abort(new Error('stopped'));
    await assert.rejects(body.next(), /stopped/);
    await watch.closed;
    const refused = client.stream({ path: '/api/v1/pods', query: {}, signal: new AbortController().signal });
    (await server.next()).fail(403, 'Forbidden');
    await assert.rejects(refused, /GET \/api\/v1\/pods: 403 Forbidden: Forbidden/);
  });

  it('stops between two tries when its caller stops', async () => {
    const stop = new AbortController();
    const answer = client.request({ ...get, signal: stop.signal });
    (await server.next()).reset();
    await clock.timer((milliseconds) => milliseconds === 100);
    const failed = assert.rejects(answer);
    stop.abort(new Error('stopped'));
    await failed;
    assert.deepEqual(clock.pending(), []);
    assert.deepEqual(server.untaken, []);
  });
});
