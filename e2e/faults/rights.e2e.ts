import assert from 'node:assert/strict';
import { ApiClient } from '../../operator/kube/client/api-client.ts';
import type { ApiRequest } from '../../operator/kube/client/api-client.ts';
import { systemClock } from '../../operator/kube/clock.ts';
import { Forbidden } from '../../operator/kube/errors.ts';
import { until } from '../cluster/command.ts';
import { controlPlanes } from '../control-plane/control-plane.ts';
import type { ControlPlane } from '../control-plane/control-plane.ts';
import { serviceAccount } from './proxy-client.ts';
import { Proxy } from './proxy.ts';
import { difference, grant, granted, needed } from './rights.ts';
import type { Right } from './rights.ts';

type Ask = (client: ApiClient) => Promise<unknown>;

const configMap = (name: string) => ({ ...serviceAccount(name), kind: 'ConfigMap' });

describe('rights at the API server', () => {
  const start = controlPlanes();
  let plane: ControlPlane;
  const namespaces = ['customer', 'own', 'other'];
  const rbac = 'rbac.authorization.k8s.io';

  before(async () => {
    plane = await start({ controllers: false });
    for (const name of namespaces) await post('/api/v1/namespaces', object('v1', 'Namespace', name));
  });

  function object(apiVersion: string, kind: string, name: string, more: object = {}) {
    return { apiVersion, kind, metadata: { name }, ...more };
  }

  function post(path: string, body: object): Promise<unknown> {
    return plane.client.request({ method: 'POST', path, body, idempotent: false });
  }

  /** Carries requests out as a user; with all rights when there is none. */
  async function as(user: string | undefined, act: (client: ApiClient, proxy: Proxy) => Promise<unknown>) {
    const proxy = await Proxy.start({ plane, namespace: 'customer', operatorNamespace: 'own', as: user });
    const { access } = proxy;
    const client = new ApiClient({ access, clock: systemClock, random: Math.random, userAgent: 'specs' });
    try {
      await act(client, proxy);
    } finally {
      await client.close();
      await proxy.stop();
    }
  }

  const ask =
    (method: ApiRequest['method'], path: string, more: Partial<ApiRequest> = {}): Ask =>
    (client) =>
      client.request({ method, path, idempotent: false, ...more });
  const maps = '/api/v1/namespaces/customer/configmaps';
  const leases = '/apis/coordination.k8s.io/v1/namespaces/own/leases';

  function apply(name: string, value: string): Ask {
    const body = { ...configMap(name), data: { value } };
    const query = { fieldManager: 'specs', force: 'true' };
    return ask('PATCH', `${maps}/${name}`, { query, body, contentType: 'application/apply-patch+yaml' });
  }

  async function watch(client: ApiClient): Promise<void> {
    const stop = new AbortController();
    const query = { watch: 'true', sendInitialEvents: 'true', resourceVersionMatch: 'NotOlderThan' };
    const options = { allowWatchBookmarks: 'true', timeoutSeconds: '30' };
    const body = await client.stream({
      path: '/api/v1/configmaps',
      query: { ...query, ...options },
      signal: stop.signal,
    });
    for await (const _ of body) break;
    stop.abort();
  }

  describe('that are needed', () => {
    let users = 0;

    /** A user with these rights and no others. */
    async function userWith(rights: readonly Right[]): Promise<string> {
      users += 1;
      const name = `user-${users}`;
      // Something to see by that the rights have arrived.
      const mark = { apiGroups: [''], resources: ['nodes'], verbs: ['list'] };
      const rules = rights.map(({ apiGroup, resource, verb }) => ({
        apiGroups: [apiGroup],
        resources: [resource],
        verbs: [verb],
      }));
      const roleRef = { apiGroup: rbac, kind: 'ClusterRole', name };
      const subjects = [{ kind: 'User', apiGroup: rbac, name }];
      const path = `/apis/${rbac}/v1`;
      await post(
        `${path}/clusterroles`,
        object(`${rbac}/v1`, 'ClusterRole', name, { rules: [...rules, mark] }),
      );
      const binding = object(`${rbac}/v1`, 'ClusterRoleBinding', name, { roleRef, subjects });
      await post(`${path}/clusterrolebindings`, binding);
      await until('the rights have arrived', 10, async () => {
        await as(name, ask('GET', '/api/v1/nodes'));
        return true;
      });
      return name;
    }

    const rows: [what: string, act: (name: string) => Ask, rights: string[]][] = [
      ['create', (name) => ask('POST', maps, { body: configMap(name) }), ['create']],
      [
        'try a creation',
        (name) => ask('POST', maps, { query: { dryRun: 'All' }, body: configMap(name) }),
        ['create'],
      ],
      ['apply what is not there', (name) => apply(name, '1'), ['patch', 'create']],
      ['apply what is there', (name) => apply('there', name), ['patch']],
      ['read', () => ask('GET', `${maps}/there`), ['get']],
      ['watch from the beginning', () => watch, ['watch']],
    ];
    for (const [what, act, verbs] of rows) {
      it(`to ${what} are ${verbs.join(' and ')}, and each is`, async () => {
        await apply('there', 'before')(plane.client);
        const rights: Right[] = [];
        await as(undefined, async (client, proxy) => {
          await act(`by-all-${users}`)(client);
          rights.push(...needed(proxy.requests));
        });
        // LIST is for other API servers.
        const here = rights.filter(({ verb }) => verb !== 'list');
        assert.deepEqual(
          here.map(({ verb }) => verb),
          verbs,
        );
        await as(await userWith(here), act(`by-enough-${users}`));
        for (const left of here) {
          const fewer = await userWith(here.filter((right) => right !== left));
          await as(fewer, (client) => assert.rejects(act(`by-fewer-${users}`)(client), Forbidden));
        }
      });
    }
  });

  describe('that the chart grants', () => {
    const lease = object('coordination.k8s.io/v1', 'Lease', 'hostedsite-operator');
    const secret = object('v1', 'Secret', 'one');
    let user = '';

    before(async () => {
      ({ user } = await grant(plane, 'own'));
      await post('/api/v1/namespaces/customer/secrets', object('v1', 'Secret', 'foreign'));
    });

    it('are those of its service account', async () => {
      assert.equal(user, 'system:serviceaccount:own:hostedsite-operator');
      await as(user, async (client, proxy) => {
        await watch(client);
        await apply('mine', '1')(client);
        await ask('POST', '/api/v1/namespaces/own/secrets', { body: secret })(client);
        await ask('GET', '/api/v1/namespaces/own/secrets/one')(client);
        await ask('POST', leases, { body: lease })(client);
        await ask('GET', `${leases}/hostedsite-operator`)(client);
        assert.deepEqual(difference(await granted(), needed(proxy.requests)).missing, []);
      });
    });

    const refused: [what: string, act: Ask, missing: string[]][] = [
      [
        'read a Secret of a site',
        ask('GET', '/api/v1/namespaces/customer/secrets/foreign'),
        ['get secrets everywhere'],
      ],
      [
        'make a namespace',
        ask('POST', '/api/v1/namespaces', { body: object('v1', 'Namespace', 'new') }),
        ['create namespaces everywhere'],
      ],
      [
        'work in another namespace of operators',
        ask('GET', '/api/v1/namespaces/other/secrets/x'),
        ['get secrets everywhere'],
      ],
      // Names are the API server's to refuse.
      ["read another's Lease", ask('GET', `${leases}/another`), []],
    ];
    for (const [what, act, missing] of refused) {
      it(`do not let it ${what}`, async () => {
        await as(user, async (client, proxy) => {
          await assert.rejects(act(client), Forbidden);
          assert.deepEqual(difference(await granted(), needed(proxy.requests)).missing, missing);
        });
      });
    }

    it('can be had in several namespaces at once, again, and taken back', async () => {
      const [other, again] = [await grant(plane, 'other'), await grant(plane, 'own')];
      assert.deepEqual([other.user, again.user], ['system:serviceaccount:other:hostedsite-operator', user]);
      for (const one of [other, again]) await as(one.user, (client) => watch(client));
      await other.revoke();
      await until('the rights are gone', 10, async () => {
        const refusal = as(other.user, (client) => watch(client)).then(() => false);
        return (await refusal.catch((error: unknown) => error instanceof Forbidden)) ? true : undefined;
      });
      await as(again.user, (client) => watch(client));
    });

    it('let each life of the operator have a Lease of its own', async () => {
      const mine = object('coordination.k8s.io/v1', 'Lease', 'hostedsite-operator-2');
      await as(user, async (client) => {
        await ask('POST', leases, { body: mine })(client);
        await ask('GET', `${leases}/hostedsite-operator-2`)(client);
      });
    });

    it('are all listed as unused when nothing was asked', async () => {
      const rights = await granted();
      const { unused, missing } = difference(rights, []);
      assert.equal(unused.length, rights.length);
      assert.ok(unused.includes('create leases of coordination.k8s.io in its own namespace'));
      assert.deepEqual(missing, []);
    });
  });
});
