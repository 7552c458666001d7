import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { Agent, request as send } from 'undici';
import { Forbidden, TooManyRequests } from '../../operator/kube/errors.ts';
import { until } from '../cluster/command.ts';
import { Started } from '../support/started.ts';
import { controlPlanes } from '../control-plane/control-plane.ts';
import type { ControlPlane } from '../control-plane/control-plane.ts';
import type { RequestAction } from './plan.ts';
import { Client, serviceAccount } from './proxy-client.ts';
import { Proxy, planResource } from './proxy.ts';

describe('the proxy and requests', () => {
  const start = controlPlanes();
  let each: Started;
  let plane: ControlPlane;
  let proxy: Proxy;
  let client: Client;
  let killed: Promise<void>;
  let namespace = '';
  let runs = 0;

  before(async () => {
    plane = await start({ controllers: false });
  });

  beforeEach(async () => {
    each = new Started();
    runs += 1;
    namespace = `r${runs}`;
    await post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    proxy = await each.run(() =>
      Proxy.start({ plane, namespace, operatorNamespace: `${namespace}-operator` }),
    );
    killed = new Promise((resolve) => proxy.onKill(resolve));
    client = await each.run(() => new Client(proxy, namespace));
  });
  afterEach(() => each.end());

  function post(path: string, body: object): Promise<unknown> {
    return plane.client.request({ method: 'POST', path, body, idempotent: false });
  }

  /** Names of the ServiceAccounts that are there. */
  async function there(): Promise<string[]> {
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts`;
    const list = (await plane.client.request({ method: 'GET', path, idempotent: true })) as {
      items: { metadata: { name: string } }[];
    };
    return list.items.map(({ metadata }) => metadata.name).filter((name) => name !== 'kube-root-ca.crt');
  }

  async function fault(action: RequestAction, nth = 1): Promise<void> {
    await proxy.arm([{ on: 'request', verb: 'create', resource: 'serviceaccounts', nth, do: action }]);
  }

  /** The client's error code; 0 when no answer arrived. */
  async function failure(request: Promise<unknown>): Promise<number> {
    return request.then(
      () => assert.fail('the request succeeded'),
      (error: unknown) => (error as { code?: number }).code ?? assert.fail(String(error)),
    );
  }

  it('shows one namespace of all, and of kinds without namespaces everything', async () => {
    await post('/api/v1/namespaces/default/serviceaccounts', serviceAccount(`elsewhere-${runs}`));
    await client.create('mine');
    const paths = ['/api/v1/serviceaccounts', '/apis/storage.k8s.io/v1/storageclasses', '/api/v1/namespaces'];
    const lists = await Promise.all(
      paths.map((path) =>
        client.api.request({ method: 'GET', path, query: { limit: '500' }, idempotent: true }),
      ),
    );
    const seen = (lists as { items: { metadata: { name: string } }[] }[]).map(({ items }) =>
      items.map(({ metadata }) => metadata.name),
    );
    assert.deepEqual(seen[0], ['mine']);
    assert.ok(seen[2]?.includes('default'));
    const asked = proxy.requests.filter(({ verb }) => verb === 'list');
    assert.deepEqual(
      asked.map((one) => [one.resource, one.namespace, one.status]),
      [
        ['serviceaccounts', undefined, 200],
        ['storageclasses', undefined, 200],
        ['namespaces', undefined, 200],
      ],
    );
  });

  it('records what was asked, and what is a write', async () => {
    await client.create('tried', { dryRun: 'All' });
    await client.create('made');
    await post('/api/v1/namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: `${namespace}-operator` },
    });
    const lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'one' } };
    const path = `/apis/coordination.k8s.io/v1/namespaces/${namespace}-operator/leases`;
    await client.api.request({ method: 'POST', path, body: lease, idempotent: false });
    assert.equal(await failure(client.create('made')), 409);
    assert.deepEqual(
      proxy.requests.map((one) => [one.verb, one.group, planResource(one), one.name, one.upstream]),
      [
        ['create', '', 'serviceaccounts?dryRun', 'tried', 201],
        ['create', '', 'serviceaccounts', 'made', 201],
        ['create', 'coordination.k8s.io', 'leases', 'one', 201],
        ['create', '', 'serviceaccounts', 'made', 409],
      ],
    );
    assert.deepEqual(
      proxy.writes.map((one) => [one.namespace, one.name, one.status]),
      [
        [namespace, 'made', 201],
        [namespace, 'made', 409],
      ],
    );
  });

  it('speaks as the user that it is given', async () => {
    const as = `system:serviceaccount:${namespace}-operator:somebody`;
    const other = await Proxy.start({ plane, namespace, operatorNamespace: `${namespace}-operator`, as });
    const restricted = new Client(other, namespace);
    try {
      await assert.rejects(
        restricted.create('never'),
        (error: Error) => error instanceof Forbidden && error.message.includes(as),
      );
      assert.deepEqual(await there(), []);
    } finally {
      await restricted.stop();
      await other.stop();
    }
  });

  for (const code of ['409', '429', '500', '503'] as const) {
    it(`answers the request that the plan names with ${code}, and only that`, async () => {
      await client.create('before');
      await fault(code, 2);
      await client.create('first');
      const refused = client.create('second');
      if (code === '429') await assert.rejects(refused, isPatient);
      else assert.equal(await failure(refused), Number(code));
      await client.create('third');
      assert.deepEqual(await there(), ['before', 'first', 'third']);
      assert.equal(proxy.hits, 1);
      assert.deepEqual(
        proxy.requests.map(({ armed, status, upstream }) => [armed, status, upstream]),
        [
          [false, 201, 201],
          [true, 201, 201],
          [true, Number(code), 0],
          [true, 201, 201],
        ],
      );
    });
  }

  function isPatient(error: Error): boolean {
    return error instanceof TooManyRequests && error.retryAfterSeconds === 1;
  }

  for (const [action, isThere] of [
    ['reset', false],
    ['reset-after', true],
  ] as const) {
    it(`breaks the connection (${action}), and the object is ${isThere ? '' : 'not '}there`, async () => {
      await fault(action);
      assert.equal(await failure(client.create('one')), 0);
      assert.deepEqual(await there(), isThere ? ['one'] : []);
      assert.deepEqual([proxy.hits, proxy.requests[0]?.status], [1, 0]);
      await client.create('two');
    });
  }

  for (const [action, isThere] of [
    ['hang', false],
    ['hang-after', true],
  ] as const) {
    it(`never answers (${action}), and the object is ${isThere ? '' : 'not '}there`, async () => {
      await fault(action);
      const path = `/api/v1/namespaces/${namespace}/serviceaccounts`;
      const body = serviceAccount('one');
      const asked = { method: 'POST', path, body, idempotent: false, deadlineMilliseconds: 400 } as const;
      assert.equal(await failure(client.api.request(asked)), 0);
      assert.deepEqual(await there(), isThere ? ['one'] : []);
      assert.deepEqual([proxy.requests[0]?.status, proxy.requests[0]?.upstream], [0, isThere ? 201 : 0]);
    });
  }

  for (const [action, isThere] of [
    ['kill-before', false],
    ['kill-after', true],
  ] as const) {
    it(`ends the incarnation (${action}), and the object is ${isThere ? '' : 'not '}there`, async () => {
      await fault(action);
      assert.equal(await failure(client.create('one')), 0);
      await killed;
      assert.deepEqual(await there(), isThere ? ['one'] : []);
      assert.equal(await failure(client.create('two')), 0);
      proxy.reincarnate();
      assert.equal(await failure(client.create('three')), 0);
      const next = new Client(proxy, namespace);
      await next.create('four');
      await next.stop();
      assert.deepEqual(await there(), isThere ? ['four', 'one'] : ['four']);
      assert.deepEqual(
        proxy.requests.map(({ name, incarnation, status }) => [name, incarnation, status]),
        [
          ['one', 1, 0],
          ['four', 2, 201],
        ],
      );
      assert.equal(proxy.hits, 1);
    });
  }

  it('tells of the end when all that the API server had got is done and recorded', async () => {
    await fault('kill-before', 8);
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    const requests = Promise.allSettled(names.map((name) => client.create(name)));
    await killed;
    const done = proxy.requests.filter(({ upstream }) => upstream === 201).map(({ name }) => name);
    assert.equal(done.length, 7);
    assert.deepEqual(await there(), done.sort());
    await requests;
    assert.deepEqual(await there(), done);
  });

  it('counts over incarnations, each verb and resource by itself, trials apart', async () => {
    await proxy.arm([
      { on: 'request', verb: 'create', resource: 'serviceaccounts', nth: 1, do: 'kill-before' },
      { on: 'request', verb: 'create', resource: 'serviceaccounts', nth: 3, do: '500' },
      { on: 'request', verb: 'create', resource: 'serviceaccounts?dryRun', nth: 2, do: '503' },
    ]);
    await client.create('trial', { dryRun: 'All' });
    assert.equal(await failure(client.create('first')), 0);
    await killed;
    proxy.reincarnate();
    const next = new Client(proxy, namespace);
    await next.create('second');
    assert.equal(await failure(next.create('third')), 500);
    assert.equal(await failure(next.create('trial', { dryRun: 'All' })), 503);
    await next.stop();
    assert.equal(proxy.hits, 3);
  });

  it('passes everything again when it is disarmed', async () => {
    await fault('500', 2);
    await client.create('first');
    proxy.disarm();
    await client.create('second');
    assert.deepEqual(await there(), ['first', 'second']);
    assert.equal(proxy.hits, 0);
  });

  it('gives up at the API server what the operator has given up', async () => {
    client.watch();
    await client.told.next();
    const before = await watchesOfServiceAccounts();
    assert.ok(before >= 1);
    await client.stop();
    await until('the watch has ended', 10, async () =>
      (await watchesOfServiceAccounts()) === before - 1 ? true : undefined,
    );
  });

  async function watchesOfServiceAccounts(): Promise<number> {
    const { server, tls } = await plane.admin();
    const dispatcher = new Agent({ connect: { ca: tls.ca ?? '', cert: tls.cert ?? '', key: tls.key ?? '' } });
    const { body } = await send(`${server}/metrics`, { dispatcher });
    const lines = (await body.text()).split('\n');
    await dispatcher.close();
    return lines
      .filter((line) =>
        /^apiserver_longrunning_requests\{.*resource="serviceaccounts".*verb="WATCH"/.test(line),
      )
      .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
  }

  it('does not carry out a request that did not arrive whole', async () => {
    const { server } = await proxy.access();
    const { hostname, port, pathname } = new URL(server);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    const path = `${pathname}/api/v1/namespaces/${namespace}/serviceaccounts`;
    const part = `POST ${path} HTTP/1.1\r\nhost: proxy\r\ncontent-length: 500\r\n\r\n{"apiVersion"`;
    await new Promise((resolve) => socket.write(part, resolve));
    socket.destroy();
    await once(socket, 'close');
    await client.create('next');
    assert.deepEqual(
      proxy.requests.map(({ name }) => name),
      ['next'],
    );
  });
});
