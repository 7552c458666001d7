import assert from 'node:assert/strict';
import { run } from './cluster/command.ts';
import { runningCluster } from './cluster/lifecycle.ts';
import { onNetwork } from './cluster/network.ts';
import { apply, image, kubectl, namespace } from './support/cluster.ts';
import { onNode, pod, service } from './support/objects.ts';
import {
  heldConnection,
  intrusion,
  nextAddresses,
  reach,
  reachablePorts,
  reachableProgram,
} from './support/reach.ts';
import type { Target } from './support/reach.ts';

describe("The test cluster's NetworkPolicies", () => {
  const space = namespace('story-policies');
  const elsewhere = namespace('story-policies-elsewhere');
  const [near, far, stranger] = ['near', 'far', 'stranger'].map((name) => `${space}/${name}`) as [
    string,
    string,
    string,
  ];
  const visitor = `${elsewhere}/visitor`;
  const all = ['3000', '8080', '8081', '8090', 'udp', 'service'];
  let targets: Target[] = [];
  const everybody = (...names: string[]): Record<string, string[]> =>
    Object.fromEntries([near, far, stranger, visitor].map((path) => [path, names]));

  before(async () => {
    const example = await image('node-example-1');
    const nodes = (await kubectl(['get', 'nodes', '-o', 'jsonpath={.items[*].metadata.name}'])).split(' ');
    const place = (name: string, position: number, labels = {}): object =>
      onNode(nodes.at(position) ?? '', reachable(name, example, labels));
    await kubectl(['label', 'namespace', elsewhere, 'team=press']);
    await apply(
      space,
      place('server', 0, { app: 'server', access: 'guarded' }),
      place('near', 0, { role: 'friend' }),
      place('far', -1, { role: 'friend' }),
      place('stranger', -1),
      service('server'),
    );
    await apply(elsewhere, place('visitor', 0));
    for (const name of [space, elsewhere])
      await kubectl(['wait', '-n', name, '--for=condition=Ready', 'pod', '--all', '--timeout=60s']);
    targets = await targetsOf('server');
  });

  it('refuse nothing where there are none', () => reach(targets, everybody(...all)));

  it('shut a pod that they select, but for its own node, itself and what is connected already', async () => {
    const ask = await heldConnection(near, targets[1] as Target);
    await ingress([]);
    await reach(targets, { ...everybody(), [`${space}/server`]: all });
    assert.equal(await ask(), 'answered');
    const late = reachable('late', await image('node-example-1'), { access: 'guarded' });
    await apply(space, late);
    const ready = ['wait', '-n', space, '--for=condition=Ready', 'pod/late', '--timeout=30s'];
    await kubectl(ready);
  });

  it("hold from a pod's first packet on", async () => {
    const [node = ''] = (await kubectl(['get', 'nodes', '-o', 'jsonpath={.items[*].metadata.name}'])).split(
      ' ',
    );
    const example = await image('node-example-1');
    const start = async (...pods: object[]): Promise<void> => {
      await apply(space, ...pods.map((starting) => onNode(node, starting)));
      await kubectl(['wait', '-n', space, '--for=condition=Ready', 'pod', '--all', '--timeout=60s']);
    };
    await start(reachable('scout', example, {}));
    const hosts = nextAddresses(await podAddress(space, 'scout'), 30);
    const enteredBy = await Promise.all([near, stranger].map((path) => intrusion(path, hosts, 3000)));
    const guarded = ['first', 'second', 'third', 'fourth'];
    for (const name of guarded) await start(reachable(name, example, { access: 'guarded' }));
    await start(reachable('open', example, {}));
    const open = await podAddress(space, 'open');
    for (const entered of enteredBy) assert.deepEqual(await entered(open), [open]);
  });

  it('let in pods by their labels, and follow the labels', async () => {
    await ingress([
      { from: [{ podSelector: { matchLabels: { role: 'friend' } } }], ports: [{ port: 8080 }] },
    ]);
    await reach(targets, { ...everybody(), [near]: ['8080'], [far]: ['8080'] });
    await kubectl(['label', 'pod', '-n', space, 'stranger', 'role=friend']);
    await kubectl(['label', 'pod', '-n', space, 'near', 'role-']);
    await reach(targets, { ...everybody(), [far]: ['8080'], [stranger]: ['8080'] });
    await kubectl(['label', 'pod', '-n', space, 'near', 'role=friend']);
    await kubectl(['label', 'pod', '-n', space, 'stranger', 'role-']);
  });

  it('let in pods of other namespaces by the labels of those', async () => {
    await ingress([{ from: [{ namespaceSelector: { matchLabels: { team: 'press' } } }] }]);
    await reach(targets, { ...everybody(), [visitor]: all });
  });

  it('let in to ports by number, name and range, of TCP and of UDP', async () => {
    const ports = [{ port: 'http' }, { port: 8081, endPort: 8090 }, { port: 5353, protocol: 'UDP' }];
    await ingress([{ ports }]);
    await reach(targets, everybody('3000', '8081', '8090', 'udp', 'service'));
  });

  it('let in a block of addresses, but for exceptions', async () => {
    const address = await podAddress(space, 'stranger');
    await ingress([{ from: [{ ipBlock: { cidr: '10.244.0.0/16', except: [`${address}/32`] } }] }]);
    await reach(targets, { ...everybody(...all), [stranger]: [] });
  });

  it('hold for what pods send as well, through a Service too', async () => {
    await kubectl(['delete', 'networkpolicy', '-n', space, 'server']);
    const to = [{ podSelector: { matchLabels: { app: 'server' } } }];
    await policy('senders', { matchLabels: { role: 'friend' } }, ['Egress'], {
      egress: [{ to, ports: [{ port: 'http' }] }],
    });
    const some = ['3000', 'service'];
    await reach(targets, { ...everybody(...all), [near]: some, [far]: some });
  });

  it('leave no rules behind', async () => {
    await kubectl(['delete', 'networkpolicy', '-n', space, '--all']);
    await reach(targets, everybody(...all));
    const { cluster } = await runningCluster();
    for (const { networkNamespace } of cluster.nodes) {
      const list = [onNetwork(networkNamespace), 'iptables', '-t', 'mangle', '-S'];
      const addresses = [...targets, { host: await podAddress(space, 'near') }].map(({ host }) => host);
      const rules = (await run('nsenter', list)).split('\n');
      assert.deepEqual(
        rules.filter((rule) => addresses.some((address) => rule.includes(address))),
        [],
      );
    }
  });

  async function targetsOf(name: string): Promise<Target[]> {
    const host = await podAddress(space, name);
    const query = ['get', 'service', '-n', space, name, '-o', 'jsonpath={.spec.clusterIP}'];
    return [
      ...reachablePorts.map((port) => ({ name: String(port), host, port })),
      { name: 'udp', host, port: 5353, protocol: 'UDP' as const },
      { name: 'service', host: await kubectl(query), port: 80 },
    ];
  }

  function ingress(rules: readonly object[]): Promise<void> {
    return policy('server', { matchLabels: { access: 'guarded' } }, ['Ingress'], { ingress: rules });
  }

  async function policy(
    name: string,
    podSelector: object,
    policyTypes: string[],
    rules: object,
  ): Promise<void> {
    const spec = { podSelector, policyTypes, ...rules };
    await apply(space, {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name },
      spec,
    });
  }
});

function podAddress(namespace: string, name: string): Promise<string> {
  return kubectl(['get', 'pod', '-n', namespace, name, '-o', 'jsonpath={.status.podIP}']);
}

function reachable(name: string, image: string, labels: Record<string, string>): object {
  const plain = pod(name, image) as { spec: { containers: object[] } };
  const ports = [{ name: 'http', containerPort: 3000 }];
  const container = { ...plain.spec.containers[0], command: ['node', '-e', reachableProgram], ports };
  return { ...plain, metadata: { name, labels }, spec: { ...plain.spec, containers: [container] } };
}
