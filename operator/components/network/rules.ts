import type {
  NetworkPolicyEgressRule,
  NetworkPolicyIngressRule,
  NetworkPolicyPort,
} from 'kubernetes-types/networking/v1.d.ts';
import { contains, isIPv6 } from '../../api/cidr.ts';
import type { ComponentName, Site } from '../component.ts';
import type { ClusterNetwork, Destination, KnownFlow, Peer } from '../flow.ts';
import { selector } from '../selector.ts';
import { portDefaults } from './spec.ts';
import type { CommandPods } from '../selector.ts';

/** What a flow opens at the end that is connected to. */
export function incoming(site: Site, network: ClusterNetwork, flow: KnownFlow): NetworkPolicyIngressRule[] {
  if (!('port' in flow)) return [];
  const { peers } = network.ingressControllers;
  const from = flow.from === 'visitors' ? peers : [podsOf(site, flow.from)];
  return allowed(from, tcp([flow.port])).map(({ peers: all, ports }) => ({ from: all, ports }));
}

/** What a flow opens at the end that connects. */
export function outgoing(site: Site, network: ClusterNetwork, flow: KnownFlow): NetworkPolicyEgressRule[] {
  return openings(site, network, flow).map(({ peers, ports }) => ({ to: peers, ...(ports && { ports }) }));
}

interface Opening {
  peers: Peer[];
  /** Absent: all of them. */
  ports?: NetworkPolicyPort[];
}

function openings(site: Site, network: ClusterNetwork, flow: KnownFlow): Opening[] {
  if ('port' in flow) return allowed([podsOf(site, flow.to)], tcp([flow.port]));
  if (flow.to === 'dns') {
    const { peers, ports } = network.dns;
    return allowed(peers, [...ports.map((port) => ({ protocol: 'UDP', port })), ...tcp(ports)]);
  }
  const { mode, to } = site.egress;
  return [
    ...(mode === 'Internet' ? internet(network) : []),
    ...to.flatMap((one) => destination(network, one)),
  ];
}

/**
 * Every public address, and the ingress controllers: where the cluster turns its own public addresses round inside, a
 * site that asks for its own name, or another site's, would else be cut off.
 */
function internet(network: ClusterNetwork): Opening[] {
  const known = internets.get(network) ?? internetOf(network);
  internets.set(network, known);
  return known;
}

/** The same for every site, and each comparison of ranges takes time. */
const internets = new WeakMap<ClusterNetwork, Opening[]>();

function internetOf(network: ClusterNetwork): Opening[] {
  const { privateNetworks, forbiddenNetworks, ingressControllers } = network;
  const closed = [...privateNetworks, ...forbiddenNetworks];
  const peers = ['0.0.0.0/0', '::/0'].map((cidr) => ipBlock(cidr, closed));
  return [{ peers }, ...allowed(ingressControllers.peers, tcp(ingressControllers.ports))];
}

function destination({ forbiddenNetworks }: ClusterNetwork, written: Destination): Opening[] {
  const { cidr, podSelector, ports } = written;
  const blocks = cidr === undefined ? [] : [ipBlock(cidr, forbiddenNetworks)];
  const peers = [...blocks, ...(podSelector === undefined ? [] : [{ podSelector }])];
  if (ports !== undefined)
    return allowed(
      peers,
      ports.map(({ port, protocol = portDefaults.protocol }) => ({ protocol, port })),
    );
  return peers.length === 0 ? [] : [{ peers }];
}

/** The range without those of `closed` that lie in it; of these none that lies in another. */
function ipBlock(cidr: string, closed: readonly string[]): Peer {
  const within = [...new Set(closed)].filter((one) => isIPv6(one) === isIPv6(cidr) && contains(cidr, one));
  const except = within.filter((one) => !within.some((other) => other !== one && contains(other, one)));
  return { ipBlock: { cidr, ...(except.length === 0 ? {} : { except }) } };
}

/** A list without a peer would mean everybody, one without a port every port: then there is no rule at all. */
function allowed<Port>(peers: readonly Peer[], ports: readonly Port[]): { peers: Peer[]; ports: Port[] }[] {
  return peers.length === 0 || ports.length === 0 ? [] : [{ peers: [...peers], ports: [...ports] }];
}

function podsOf(site: Site, part: ComponentName | CommandPods): Peer {
  return { podSelector: { matchLabels: selector(site, part) } };
}

function tcp(ports: readonly number[]): { protocol: string; port: number }[] {
  return ports.map((port) => ({ protocol: 'TCP', port }));
}
