import assert from 'node:assert/strict';
import { isolations } from './isolation.ts';
import { packetRules } from './packet-rules.ts';
import type { NetworkPolicy, PolicyPod, Selector } from './world.ts';

type Spec = NetworkPolicy['spec'];

const server = pod('shop/server', '10.244.1.2', { app: 'server' });
const friend = pod('shop/friend', '10.244.1.3', { app: 'friend', tier: 'front' });
const stranger = pod('shop/stranger', '10.244.2.3', { app: 'stranger' });
const visitor = pod('other/visitor', '10.244.2.4', { app: 'friend' });
const namespaces = new Map([
  ['shop', { 'kubernetes.io/metadata.name': 'shop', team: 'shop' }],
  ['other', { 'kubernetes.io/metadata.name': 'other', team: 'press' }],
]);
const app = (name: string): Selector => ({ matchLabels: { app: name } });

/** The rules of the server's pod, in words: "direction: peer protocol/ports", or "direction: nothing". */
function meaning(...specs: Spec[]): string[] {
  const policies = specs.map((spec, position) => ({
    metadata: { namespace: 'shop', name: `policy-${position}` },
    spec: { podSelector: app('server'), ...spec },
  }));
  const found = isolations({ pods: [visitor, stranger, friend, server], namespaces, policies }, 'node1');
  return found
    .filter((isolation) => isolation.pod === server)
    .flatMap(({ direction, allowed }) => {
      if (allowed.length === 0) return [`${direction}: nothing`];
      return allowed.map(({ peer, protocol = 'any', ports }) => {
        const range = ports && (ports.first === ports.last ? ports.first : `${ports.first}-${ports.last}`);
        return `${direction}: ${peer} ${protocol}${range === undefined ? '' : `/${range}`}`;
      });
    });
}

describe('the meaning of NetworkPolicies', () => {
  const from = (...peers: NonNullable<NonNullable<Spec['ingress']>[number]['from']>): Spec => ({
    ingress: [{ from: peers }],
  });
  const ports = (...list: NonNullable<NonNullable<Spec['ingress']>[number]['ports']>): Spec => ({
    ingress: [{ ports: list }],
  });
  const rows: [string, Spec[], string[]][] = [
    ['none: no isolation', [], []],
    ['of other pods: no isolation', [{ podSelector: app('friend'), ingress: [] }], []],
    ['no rules: default deny of ingress', [{}], ['Ingress: nothing']],
    ['all pods selected', [{ podSelector: {} }], ['Ingress: nothing']],
    ['policyTypes Egress alone', [{ policyTypes: ['Egress'] }], ['Egress: nothing']],
    ['both types denied', [{ policyTypes: ['Ingress', 'Egress'] }], ['Egress: nothing', 'Ingress: nothing']],
    ['egress rules imply their type', [{ egress: [] }], ['Egress: nothing', 'Ingress: nothing']],
    [
      'ingress rules beside policyTypes Egress say nothing',
      [{ policyTypes: ['Egress'], ingress: [{}] }],
      ['Egress: nothing'],
    ],
    ['an empty rule allows all', [{ ingress: [{}] }], ['Ingress: 0.0.0.0/0 any']],
    [
      'an empty list of peers allows all',
      [{ ingress: [{ from: [], ports: [] }] }],
      ['Ingress: 0.0.0.0/0 any'],
    ],
    [
      'a podSelector means the own namespace',
      [from({ podSelector: app('friend') })],
      ['Ingress: 10.244.1.3 any'],
    ],
    [
      'an empty podSelector means all of it',
      [from({ podSelector: {} })],
      ['Ingress: 10.244.1.2 any', 'Ingress: 10.244.1.3 any', 'Ingress: 10.244.2.3 any'],
    ],
    [
      'a namespaceSelector means all its pods',
      [from({ namespaceSelector: { matchLabels: { team: 'press' } } })],
      ['Ingress: 10.244.2.4 any'],
    ],
    [
      'both in one peer mean both',
      [from({ namespaceSelector: {}, podSelector: app('friend') })],
      ['Ingress: 10.244.1.3 any', 'Ingress: 10.244.2.4 any'],
    ],
    [
      'two peers mean either',
      [from({ namespaceSelector: { matchLabels: { team: 'press' } } }, { podSelector: app('stranger') })],
      ['Ingress: 10.244.2.3 any', 'Ingress: 10.244.2.4 any'],
    ],
    [
      'a peer that selects nobody allows nobody',
      [from({ podSelector: app('nobody') })],
      ['Ingress: nothing'],
    ],
    [
      'a block without its exceptions',
      [from({ ipBlock: { cidr: '10.0.0.0/30', except: ['10.0.0.0/31'] } })],
      ['Ingress: 10.0.0.2/31 any'],
    ],
    [
      'a block of IPv6 allows nobody here',
      [from({ ipBlock: { cidr: '2001:db8::/32' } })],
      ['Ingress: nothing'],
    ],
    ['a port is of TCP', [ports({ port: 80 })], ['Ingress: 0.0.0.0/0 TCP/80']],
    ['a port of UDP', [ports({ port: 53, protocol: 'UDP' })], ['Ingress: 0.0.0.0/0 UDP/53']],
    ['a range', [ports({ port: 8000, endPort: 8100 })], ['Ingress: 0.0.0.0/0 TCP/8000-8100']],
    ['a protocol without a port', [ports({ protocol: 'SCTP' })], ['Ingress: 0.0.0.0/0 SCTP']],
    ["a name is the selected pod's", [ports({ port: 'http' })], ['Ingress: 0.0.0.0/0 TCP/8080']],
    ['a name is of its protocol', [ports({ port: 'http', protocol: 'UDP' })], ['Ingress: nothing']],
    ['a name that the pod does not have', [ports({ port: 'smtp' })], ['Ingress: nothing']],
    [
      'every port for every peer',
      [{ ingress: [{ from: [{ podSelector: app('friend') }], ports: [{ port: 1 }, { port: 2 }] }] }],
      ['Ingress: 10.244.1.3 TCP/1', 'Ingress: 10.244.1.3 TCP/2'],
    ],
    [
      'rules add up',
      [{ ingress: [{ ports: [{ port: 1 }] }, { from: [{ podSelector: app('friend') }] }] }],
      ['Ingress: 0.0.0.0/0 TCP/1', 'Ingress: 10.244.1.3 any'],
    ],
    [
      'policies add up, the same once',
      [ports({ port: 1 }), {}, ports({ port: 2 }, { port: 1 })],
      ['Ingress: 0.0.0.0/0 TCP/1', 'Ingress: 0.0.0.0/0 TCP/2'],
    ],
    [
      'egress to a peer and port',
      [
        {
          policyTypes: ['Egress'],
          egress: [{ to: [{ podSelector: app('friend') }], ports: [{ port: 53, protocol: 'UDP' }] }],
        },
      ],
      ['Egress: 10.244.1.3 UDP/53'],
    ],
    [
      'egress to a name is what each peer calls so',
      [{ policyTypes: ['Egress'], egress: [{ to: [{ podSelector: {} }], ports: [{ port: 'http' }] }] }],
      ['Egress: 10.244.1.2 TCP/8080', 'Egress: 10.244.1.3 TCP/8080', 'Egress: 10.244.2.3 TCP/9090'],
    ],
    [
      'egress to a name in a block',
      [
        {
          policyTypes: ['Egress'],
          egress: [{ to: [{ ipBlock: { cidr: '10.244.2.0/24' } }], ports: [{ port: 'http' }] }],
        },
      ],
      ['Egress: 10.244.2.3 TCP/9090', 'Egress: 10.244.2.4 TCP/8080'],
    ],
  ];
  for (const [what, specs, lines] of rows) it(what, () => assert.deepEqual(meaning(...specs), lines));

  const operators: [string, Selector, string[]][] = [
    [
      'In',
      { matchExpressions: [{ key: 'app', operator: 'In', values: ['friend', 'server'] }] },
      ['server', 'friend'],
    ],
    [
      'NotIn, also without the label',
      { matchExpressions: [{ key: 'tier', operator: 'NotIn', values: ['front'] }] },
      ['server', 'stranger'],
    ],
    ['Exists', { matchExpressions: [{ key: 'tier', operator: 'Exists' }] }, ['friend']],
    [
      'DoesNotExist',
      { matchExpressions: [{ key: 'tier', operator: 'DoesNotExist' }] },
      ['server', 'stranger'],
    ],
    [
      'all of them together',
      { matchLabels: { app: 'friend' }, matchExpressions: [{ key: 'tier', operator: 'DoesNotExist' }] },
      [],
    ],
  ];
  for (const [what, podSelector, names] of operators) {
    it(`expressions: ${what}`, () => {
      const expected = [server, friend, stranger].filter(({ name }) => names.includes(name));
      const lines = expected.map(({ address }) => `Ingress: ${address} any`);
      assert.deepEqual(meaning(from({ podSelector })), lines.length === 0 ? ['Ingress: nothing'] : lines);
    });
  }

  it('is about the pods of the one node', () => {
    const policies = [{ metadata: { namespace: 'shop', name: 'deny' }, spec: {} }];
    const isolated = (node: string): string[] =>
      isolations({ pods: [stranger, server, friend, visitor], namespaces, policies }, node).map(
        (isolation) => isolation.pod.name,
      );
    assert.deepEqual(
      [isolated('node1'), isolated('node2'), isolated('node3')],
      [['server', 'friend'], ['stranger'], []],
    );
  });
});

describe('packet rules', () => {
  const isolated = [
    {
      pod: server,
      direction: 'Egress' as const,
      allowed: [{ peer: '10.0.0.0/8', protocol: 'UDP' as const, ports: { first: 53, last: 53 } }],
    },
    {
      pod: server,
      direction: 'Ingress' as const,
      allowed: [
        { peer: '10.244.1.3' },
        { peer: '0.0.0.0/0', protocol: 'TCP' as const, ports: { first: 80, last: 90 } },
      ],
    },
  ];

  it('are hooked in, let established connections be, and end each chain with a drop', () => {
    assert.deepEqual(packetRules(isolated, '-P FORWARD ACCEPT\n').split('\n'), [
      '*mangle',
      ':HS-POLICY - [0:0]',
      ':HS-E-10.244.1.2 - [0:0]',
      ':HS-I-10.244.1.2 - [0:0]',
      '-A FORWARD -j HS-POLICY',
      '-A HS-POLICY -m conntrack --ctstate RELATED,ESTABLISHED -j RETURN',
      '-A HS-POLICY -s 10.244.1.2 -m comment --comment shop/server -j HS-E-10.244.1.2',
      '-A HS-POLICY -d 10.244.1.2 -m comment --comment shop/server -j HS-I-10.244.1.2',
      '-A HS-E-10.244.1.2 -d 10.244.1.2 -j RETURN',
      '-A HS-E-10.244.1.2 -d 10.0.0.0/8 -p udp --dport 53 -j RETURN',
      '-A HS-E-10.244.1.2 -j DROP',
      '-A HS-I-10.244.1.2 -s 10.244.1.2 -j RETURN',
      '-A HS-I-10.244.1.2 -s 10.244.1.3 -j RETURN',
      '-A HS-I-10.244.1.2 -s 0.0.0.0/0 -p tcp --dport 80:90 -j RETURN',
      '-A HS-I-10.244.1.2 -j DROP',
      'COMMIT',
      '',
    ]);
  });

  it('take away the chains of pods that are gone, and hook in once', () => {
    const present =
      '-N HS-I-10.244.1.9\n-N HS-I-10.244.1.2\n-N HS-POLICY\n-N KUBE-X\n-A FORWARD -j HS-POLICY\n';
    const lines = packetRules(isolated, present).split('\n');
    assert.deepEqual(
      lines.filter((line) => /1\.9|FORWARD|KUBE/.test(line)),
      [':HS-I-10.244.1.9 - [0:0]', '-X HS-I-10.244.1.9'],
    );
  });
});

function pod(path: string, address: string, labels: Record<string, string>): PolicyPod {
  const [namespace = '', name = ''] = path.split('/');
  const ports = [{ name: 'http', containerPort: name === 'stranger' ? 9090 : 8080 }];
  return { namespace, name, labels, address, node: `node${address.split('.')[2]}`, ports };
}
