import { blockHolds, blockWithout, isIPv4 } from './blocks.ts';
import type { Direction, NetworkPolicy, Peer, PolicyPod, PolicyPort, Protocol, World } from './world.ts';
import { selects } from './world.ts';

/** A pod that at least one policy selects for a direction: only what is listed may pass. */
export interface Isolation {
  readonly pod: PolicyPod;
  readonly direction: Direction;
  readonly allowed: readonly Allowance[];
}

/** A missing protocol is every one of them, missing ports are all of the protocol's. */
export interface Allowance {
  /** Address or block of the other side. */
  readonly peer: string;
  readonly protocol?: Protocol;
  readonly ports?: { readonly first: number; readonly last: number };
}

/** What the policies of a cluster mean for the pods of one node. */
export function isolations(world: World, node: string): Isolation[] {
  const local = world.pods.filter((pod) => pod.node === node).sort(byAddress);
  return local.flatMap((pod) =>
    (['Egress', 'Ingress'] as const).flatMap((direction) => {
      const policies = world.policies.filter(
        (policy) => policy.metadata.namespace === pod.namespace && applies(policy, pod, direction),
      );
      if (policies.length === 0) return [];
      const allowed = policies.flatMap((policy) => allowances(world, policy, pod, direction));
      return [{ pod, direction, allowed: distinct(allowed) }];
    }),
  );
}

function applies({ spec }: NetworkPolicy, pod: PolicyPod, direction: Direction): boolean {
  const implied: Direction[] = spec.egress === undefined ? ['Ingress'] : ['Ingress', 'Egress'];
  return (spec.policyTypes ?? implied).includes(direction) && selects(spec.podSelector ?? {}, pod.labels);
}

function allowances(world: World, policy: NetworkPolicy, pod: PolicyPod, direction: Direction): Allowance[] {
  const rules =
    direction === 'Ingress'
      ? (policy.spec.ingress ?? []).map(({ from, ports }) => ({ peers: from, ports }))
      : (policy.spec.egress ?? []).map(({ to, ports }) => ({ peers: to, ports }));
  return rules.flatMap(({ peers, ports }) => {
    const sides = otherSides(world, policy.metadata.namespace, peers ?? []);
    if (ports === undefined || ports.length === 0) return addressesOf(sides).map((peer) => ({ peer }));
    return ports.flatMap((port) =>
      direction === 'Ingress' ? portOfPod(port, pod, sides) : portOfPeers(world, port, sides),
    );
  });
}

interface Sides {
  readonly blocks: readonly string[];
  readonly pods: readonly PolicyPod[];
}

/** An empty list of peers is everybody, inside and outside of the cluster. */
function otherSides(world: World, namespace: string, peers: readonly Peer[]): Sides {
  if (peers.length === 0) return { blocks: ['0.0.0.0/0'], pods: [] };
  const blocks = peers.flatMap(({ ipBlock }) => {
    if (ipBlock === undefined || !isIPv4(ipBlock.cidr)) return [];
    return blockWithout(ipBlock.cidr, (ipBlock.except ?? []).filter(isIPv4));
  });
  const pods = world.pods.filter((pod) => peers.some((peer) => isPeer(world, namespace, peer, pod)));
  return { blocks, pods: pods.toSorted(byAddress) };
}

function isPeer(world: World, namespace: string, peer: Peer, pod: PolicyPod): boolean {
  const { podSelector, namespaceSelector, ipBlock } = peer;
  if (ipBlock !== undefined) return false;
  const inNamespace =
    namespaceSelector === undefined
      ? pod.namespace === namespace
      : selects(namespaceSelector, world.namespaces.get(pod.namespace) ?? {});
  return inNamespace && selects(podSelector ?? {}, pod.labels);
}

/** Ingress: the port is one of the selected pod's own. */
function portOfPod(port: PolicyPort, pod: PolicyPod, sides: Sides): Allowance[] {
  return portNumbers(port, pod).flatMap((ports) => addressesOf(sides).map((peer) => ({ peer, ...ports })));
}

/** Egress: a name means what each of the pods on the other side calls so; a block stands for the pods in it. */
function portOfPeers(world: World, port: PolicyPort, sides: Sides): Allowance[] {
  if (typeof port.port !== 'string')
    return addressesOf(sides).flatMap((peer) => portNumbers(port).map((ports) => ({ peer, ...ports })));
  const inBlocks = world.pods.filter((pod) => sides.blocks.some((block) => blockHolds(block, pod.address)));
  return [...sides.pods, ...inBlocks.toSorted(byAddress)].flatMap((pod) =>
    portNumbers(port, pod).map((ports) => ({ peer: pod.address, ...ports })),
  );
}

function portNumbers(
  { protocol = 'TCP', port, endPort }: PolicyPort,
  pod?: PolicyPod,
): Omit<Allowance, 'peer'>[] {
  if (port === undefined) return [{ protocol }];
  if (typeof port === 'number') return [{ protocol, ports: { first: port, last: endPort ?? port } }];
  const named = (pod?.ports ?? []).filter((own) => own.name === port && (own.protocol ?? 'TCP') === protocol);
  return named.map(({ containerPort }) => ({
    protocol,
    ports: { first: containerPort, last: containerPort },
  }));
}

function addressesOf({ blocks, pods }: Sides): string[] {
  return [...blocks, ...pods.map(({ address }) => address)];
}

function distinct(allowed: readonly Allowance[]): Allowance[] {
  return [...new Map(allowed.map((allowance) => [JSON.stringify(allowance), allowance])).values()];
}

/** Equal facts give equal rules, in whatever order they were heard of. */
function byAddress(a: PolicyPod, b: PolicyPod): number {
  return a.address < b.address ? -1 : Number(a.address > b.address);
}
