import assert from 'node:assert/strict';
import { addresses } from './cluster/instance.ts';
import { operatorNamespace } from './operator.ts';
import { apply, eventually, image, kubectl, namespace, request } from './support/cluster.ts';
import { pod } from './support/objects.ts';
import { intrusion, nextAddresses, reached, reachedByShell } from './support/reach.ts';
import type { Target } from './support/reach.ts';
import { condition, hostedSite, operator, site, stalledFor, wait } from './support/site.ts';
import { turns, visitDuring } from './support/visits.ts';

const instance = 'app.kubernetes.io/instance';

/** Two sites in one namespace, one of them with an object cache, one in another, a pod of nobody, one where the ingress controller is, and the operator. */
describe('Tenancy', function () {
  this.timeout(180_000);
  operator();
  const space = namespace('story-tenancy');
  const elsewhere = namespace('story-tenancy-elsewhere');
  const gateway = 'traefik/story-tenancy';
  const sites = { one: space, two: space, other: elsewhere };
  const names = Object.keys(sites) as (keyof typeof sites)[];
  /** Who tries to connect → the pod, NAMESPACE/NAME. */
  const sources: Record<string, string> = { stranger: `${space}/stranger`, gateway };
  let targets: Target[] = [];

  const specOf = (name: string, example: string): object =>
    hostedSite(name, {
      image: example,
      hosts: [`${name}.tenancy.example`],
      database: { engine: 'MariaDB' },
      ...(name === 'one' ? { egress: { to: toStranger }, objectCache: { engine: 'Memcached' } } : {}),
    });
  const toStranger = [{ podSelector: { matchLabels: { app: 'stranger' } }, ports: [{ port: 3000 }] }];
  const change = (egress: object): Promise<string> =>
    kubectl([
      'patch',
      'hostedsite',
      'one',
      '-n',
      space,
      '--type=merge',
      '-p',
      JSON.stringify({ spec: { egress } }),
    ]);

  before(async () => {
    const example = await image('node-example-1');
    await apply(space, specOf('one', example), specOf('two', example), pod('stranger', example));
    await apply(elsewhere, specOf('other', example));
    await apply('traefik', pod('story-tenancy', example));
    await Promise.all(names.map((name) => wait(sites[name], name, 'Ready')));
    const ready = '--for=condition=Ready';
    await kubectl(['wait', '-n', space, ready, 'pod/stranger', '--timeout=60s']);
    await kubectl(['wait', '-n', 'traefik', ready, 'pod/story-tenancy', '--timeout=60s']);
    targets = await everyTarget();
  });
  after(() =>
    kubectl(['delete', 'pod', 'story-tenancy', '-n', 'traefik', '--ignore-not-found', '--wait=false']),
  );

  async function everyTarget(): Promise<Target[]> {
    const parts = names.flatMap((name) => ['web', 'database'].map((part) => ({ name, part })));
    const ofSites = await Promise.all(
      parts.map(async ({ name, part }) => {
        const labels = `${instance}=${name},app.kubernetes.io/component=${part}`;
        const { path, host } = await found(sites[name], labels);
        sources[`${name} ${part}`] = path;
        if (part === 'database') return [{ name: `${name} database`, host, port: 3306 }];
        return [
          { name: `${name} web`, host, port: 6081 },
          { name: `${name} application`, host, port: 3000 },
        ];
      }),
    );
    const memcached = await found(space, `${instance}=one,app.kubernetes.io/component=object-cache`);
    sources['one object cache'] = memcached.path;
    const stranger = await found(space, 'app=stranger');
    const ingress = await found('traefik', 'app=traefik');
    const ours = await found(operatorNamespace, 'app.kubernetes.io/component=operator');
    sources['operator'] = ours.path;
    return [
      ...ofSites.flat(),
      { name: 'one database by name', host: 'one-database', port: 3306 },
      { name: 'one object cache', host: memcached.host, port: 11211 },
      { name: 'ingress', host: ingress.host, port: 8000 },
      { name: 'stranger', host: stranger.host, port: 3000 },
      { name: 'operator', host: ours.host, port: 8080 },
      { name: 'dns', host: addresses.dns, port: 53 },
      // To pods the API server's own address is one of the internet.
      { name: 'internet', host: addresses.controlPlane, port: 6443 },
    ];
  }

  /** What everybody reaches; `changed` is what is other than when nobody has touched anything. */
  async function connects(changed: Record<string, string[]> = {}): Promise<void> {
    const open = ['dns', 'internet', 'ingress'];
    const others = ['stranger', ...open];
    const ofSite = (name: string): string[] => [
      `${name} web`,
      `${name} application`,
      `${name} database`,
      ...open,
    ];
    const wanted: Record<string, string[]> = {
      'one web': [...ofSite('one'), 'one database by name', 'one object cache', 'stranger'],
      'two web': ofSite('two'),
      'other web': ofSite('other'),
      // A pod always reaches itself.
      'one database': ['one database'],
      'two database': ['two database'],
      'other database': ['other database'],
      'one object cache': ['one object cache'],
      stranger: others,
      operator: [...others, 'operator'],
      gateway: ['one web', 'two web', 'other web', ...others],
      ...changed,
    };
    let seen: Record<string, string[]> = {};
    await eventually('exactly what is declared connects', 20, async () => {
      const rows = Object.entries(sources).map(async ([name, path]) => {
        const ask = /database$|cache$/.test(name) ? reachedByShell : reached;
        return [name, (await ask(path, targets)).sort()] as const;
      });
      seen = Object.fromEntries(await Promise.all(rows));
      return Object.entries(wanted).every(([name, all]) => seen[name]?.join() === all.sort().join())
        ? true
        : undefined;
    }).catch(() => assert.deepEqual(seen, wanted));
  }

  it('lets connect what is declared, and nothing else', () => connects());

  it('lets nobody into a server that starts, Memcached with no password among them', async () => {
    await apply(space, pod('scout', await image('node-example-1')));
    await kubectl(['wait', '-n', space, '--for=condition=Ready', 'pod/scout', '--timeout=60s']);
    const { host: scout } = await found(space, 'app=scout');
    const taken = await podAddresses();
    const free = nextAddresses(scout, 30).filter((address) => !taken.includes(address));
    const hosts = [...free, scout];
    const ports = [11211, 3306, 3000];
    const entered = await Promise.all(ports.map((port) => intrusion(sources['stranger'] ?? '', hosts, port)));
    const servers = ['object-cache', 'database'].map((part) => `app.kubernetes.io/component=${part}`);
    for (const part of servers)
      await kubectl(['delete', 'pod', '-n', space, '-l', `${instance}=one,${part}`, '--wait']);
    for (const part of servers)
      await eventually(`${part} is back`, 60, () => ready(space, `${instance}=one,${part}`));
    // The scout is open, and shows that whoever tries does get in where nothing keeps him out.
    const [memcached, mariadb, open] = await Promise.all(entered.map((where) => where(scout)));
    await kubectl(['delete', 'pod', 'scout', '-n', space]);
    await wait(space, 'one', 'Ready');
    targets = await everyTarget();
    const came = await Promise.all(servers.map((part) => found(space, `${instance}=one,${part}`)));
    assert.deepEqual(
      came.filter(({ host }) => !free.includes(host)),
      [],
      'servers at addresses that nobody tried',
    );
    assert.deepEqual({ memcached, mariadb, open }, { memcached: [], mariadb: [], open: [scout] });
  });

  it('lets visitors in', async () => {
    for (const name of names) {
      const { status } = await request(`${name}.tenancy.example`, '/version');
      assert.equal(status, 200, name);
    }
  });

  it('restricts a site that asks for it, and restarts no pod for it', async () => {
    await change({ mode: 'Restricted', to: [] });
    const own = [
      'one web',
      'one application',
      'one database',
      'one database by name',
      'one object cache',
      'dns',
    ];
    await connects({ 'one web': own });
    assert.deepEqual(
      (await found(space, `${instance}=one,app.kubernetes.io/component=web`)).path,
      sources['one web'],
    );
    await change({ mode: 'Internet', to: toStranger });
    await connects();
  });

  it('opens to no site what the administrator has closed', async () => {
    await change({ to: [...toStranger, { cidr: '169.254.169.254/32' }] });
    const message = await stalledFor(space, 'one', 'EgressForbidden');
    assert.match(message, /169\.254\.0\.0\/16/);
    await change({ to: toStranger });
    await wait(space, 'one', 'Ready');
    assert.equal(condition(await site(space, 'one'), 'Stalled'), undefined);
  });

  it('takes out what somebody adds to a policy', async () => {
    const patch = '[{"op":"replace","path":"/spec/ingress","value":[{}]}]';
    await kubectl(['patch', 'networkpolicy', 'two-database', '-n', space, '--type=json', '-p', patch]);
    await connects();
  });

  it('writes policies anew without a failed visit', async () => {
    const uids = (): Promise<string> =>
      kubectl(['get', 'networkpolicy', '-n', space, '-l', `${instance}=one`, '-o', 'name']);
    const before = await uids();
    const visits = await visitDuring(
      'one.tenancy.example',
      async () => {
        await kubectl(['delete', 'networkpolicy', '-n', space, '-l', `${instance}=one`]);
        await eventually('the policies are back', 20, async () =>
          (await uids()) === before ? true : undefined,
        );
        await connects();
      },
      '/version',
    );
    assert.ok(visits.length > 20, `only ${visits.length} visits`);
    assert.deepEqual(turns(visits), [200]);
  });
});

/** Those that pods have now, also pods of stories before, which are going. */
async function podAddresses(): Promise<string[]> {
  const text = await kubectl(['get', 'pods', '-A', '-o', 'jsonpath={.items[*].status.podIP}']);
  return text.split(' ');
}

/** Whether the one pod that has the labels is ready. */
async function ready(space: string, labels: string): Promise<true | undefined> {
  const path = '{.items[*].status.conditions[?(@.type=="Ready")].status}';
  const text = await kubectl(['get', 'pods', '-n', space, '-l', labels, '-o', `jsonpath=${path}`]);
  return text === 'True' ? true : undefined;
}

/** The one pod that has the labels. */
async function found(space: string, labels: string): Promise<{ path: string; host: string }> {
  const running = ['-l', labels, '--field-selector=status.phase=Running'];
  const text = await kubectl(['get', 'pods', '-n', space, ...running, '-o', 'json']);
  const { items } = JSON.parse(text) as {
    items: { metadata: { name: string }; status: { podIP: string } }[];
  };
  const [one, ...more] = items;
  if (one === undefined || more.length > 0) throw new Error(`${items.length} pods have the labels ${labels}`);
  return { path: `${space}/${one.metadata.name}`, host: one.status.podIP };
}
