import assert from 'node:assert/strict';
import { Unavailable } from '../../operator/kube/errors.ts';
import { Started } from '../support/started.ts';
import { controlPlanes } from '../control-plane/control-plane.ts';
import type { ControlPlane } from '../control-plane/control-plane.ts';
import type { WatchAction } from './plan.ts';
import { Client, serviceAccount } from './proxy-client.ts';
import { Proxy } from './proxy.ts';

describe('the proxy and watches', () => {
  const start = controlPlanes();
  let each: Started;
  let plane: ControlPlane;
  let proxy: Proxy;
  let client: Client;
  let namespace = '';
  let runs = 0;

  before(async () => {
    plane = await start({ controllers: false });
  });

  beforeEach(async () => {
    each = new Started();
    runs += 1;
    namespace = `w${runs}`;
    const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
    await plane.client.request({
      method: 'POST',
      path: '/api/v1/namespaces',
      body: object,
      idempotent: false,
    });
    proxy = await each.run(() =>
      Proxy.start({ plane, namespace, operatorNamespace: `${namespace}-operator` }),
    );
    await create('a');
    client = await newClient();
  });
  afterEach(() => each.end());

  function newClient(): Promise<Client> {
    return each.run(() => new Client(proxy, namespace));
  }

  /** Past the proxy, as everybody else in the cluster. */
  async function create(name: string): Promise<void> {
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts`;
    await plane.client.request({ method: 'POST', path, body: serviceAccount(name), idempotent: false });
  }

  async function remove(name: string): Promise<void> {
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}`;
    await plane.client.request({ method: 'DELETE', path, idempotent: false });
  }

  async function tells(...lines: string[]): Promise<void> {
    for (const line of lines) assert.equal(await client.told.next(), line);
  }

  /** What watches were answered, in order. */
  function answers(): number[] {
    return proxy.requests.filter(({ verb }) => verb === 'watch').map(({ status }) => status);
  }

  it('passes a watch through, and counts its events when it is armed', async () => {
    client.watch();
    await tells('replace a');
    await create('b');
    await tells('ADDED b');
    await proxy.arm([]);
    await create('c');
    await remove('b');
    await tells('ADDED c', 'DELETED b');
    assert.deepEqual([...proxy.events], [['serviceaccounts', 2]]);
    assert.deepEqual([proxy.hits, client.causes, answers()], [0, [], [200]]);
  });

  interface Row {
    action: WatchAction;
    tells?: string[];
    causes: string[];
    answers: number[];
  }
  const again = ['ADDED b', 'ADDED c'];
  const rows: Row[] = [
    { action: 'stall', causes: ['silent'], answers: [200, 200] },
    { action: 'reset', causes: ['broken'], answers: [200, 200] },
    { action: '410', causes: ['gone'], answers: [200, 200], tells: ['replace a b c'] },
    { action: 'error-frame', causes: ['refused'], answers: [200, 200] },
    { action: 'truncate', causes: ['broken'], answers: [200, 200] },
    { action: 'garbage', causes: ['broken'], answers: [200, 200] },
    { action: 'html-502', causes: ['broken', 'refused'], answers: [200, 502, 200] },
    // The client looks at its credentials anew and asks at once: no session ends for it.
    { action: '401', causes: ['broken'], answers: [200, 401, 200] },
    { action: 'duplicate', causes: [], answers: [200], tells: ['ADDED b', 'ADDED b', 'ADDED c'] },
    {
      action: 'no-bookmark',
      causes: ['broken', 'gone', 'no-initial-end'],
      answers: [200, 410, 200, 200],
      tells: ['replace a b c'],
    },
  ];
  for (const row of rows) {
    it(`does to the event that the plan names: ${row.action}`, async () => {
      client.watch();
      await tells('replace a');
      await proxy.arm([{ on: 'watch', resource: 'serviceaccounts', nth: 1, do: row.action }]);
      await create('b');
      await create('c');
      await tells(...(row.tells ?? again));
      await create('d');
      await tells('ADDED d');
      assert.deepEqual([client.causes, answers(), proxy.hits], [row.causes, row.answers, 1]);
    });
  }

  it('acts on the event that the plan names and on no other', async () => {
    client.watch();
    await tells('replace a');
    await proxy.arm([
      { on: 'watch', resource: 'pods', nth: 1, do: 'reset' },
      { on: 'watch', resource: 'serviceaccounts', nth: 2, do: 'duplicate' },
    ]);
    for (const name of ['b', 'c', 'd']) await create(name);
    await tells('ADDED b', 'ADDED c', 'ADDED c', 'ADDED d');
    assert.equal(proxy.hits, 1);
  });

  it('shows only what is left in the end after blindness', async () => {
    await create('b');
    client.watch();
    await tells('replace a b');
    await proxy.arm([{ on: 'blind' }]);
    await create('c');
    await remove('b');
    await remove('c');
    await create('d');
    while ((await client.ended.next()) !== 'refused');
    proxy.see();
    await tells('replace a d');
    assert.equal(proxy.hits, 1);
    const told = answers();
    assert.deepEqual([...new Set(told)], [200, 503, 410]);
    assert.deepEqual(told.slice(-2), [410, 200]);
    await create('e');
    await tells('ADDED e');
  });

  it('shows a restarted operator the past for a while, and live objects as they are', async () => {
    client.watch();
    await tells('replace a');
    const after = { verb: 'create', resource: 'serviceaccounts', nth: 1 } as const;
    await proxy.arm([{ on: 'restart', after, behind: 300 }]);
    const killed = new Promise<void>((resolve) => proxy.onKill(resolve));
    await assert.rejects(client.create('b'));
    await killed;
    assert.equal(proxy.hits, 0);
    await client.stop();
    proxy.reincarnate();
    client = await newClient();
    await remove('a');
    const started = performance.now();
    client.watch();
    await tells('replace a');
    assert.equal(proxy.hits, 1);
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts/b`;
    await client.api.request({ method: 'GET', path, idempotent: true });
    const list = await client.api.request({
      method: 'GET',
      path: '/api/v1/serviceaccounts',
      idempotent: true,
    });
    assert.deepEqual(names(list), ['b'], 'only watches lag: a list is what is there');
    await tells('ADDED b', 'DELETED a');
    assert.ok(performance.now() - started >= 300);
    assert.deepEqual(answers(), [200, 200]);
    await create('c');
    await tells('ADDED c');
    const now = await client.api.request({
      method: 'GET',
      path: '/api/v1/serviceaccounts',
      idempotent: true,
    });
    assert.deepEqual(names(now), ['b', 'c']);
  });

  it('breaks every connection while there is no API server, and goes on with the next', async () => {
    client.watch();
    await tells('replace a');
    await plane.kill('kube-apiserver');
    assert.equal(await client.ended.next(), 'broken');
    await assert.rejects(client.create('lost'), Unavailable);
    plane.run('kube-apiserver');
    await plane.ready();
    await client.create('next');
    await tells('ADDED next');
    assert.deepEqual(
      proxy.writes.map(({ name, status, upstream }) => [name, status, upstream]),
      [
        ['lost', 0, 0],
        ['next', 201, 201],
      ],
    );
  });

  function names(list: unknown): string[] {
    return (list as { items: { metadata: { name: string } }[] }).items.map(({ metadata }) => metadata.name);
  }
});
