import type { Component, ComponentName, Observed, Site } from './component.ts';
import type { CommandPods } from './selector.ts';

/**
 * A kind of connection that a site's pods need. What no flow names is refused: the component `network` turns the sum of
 * all flows into NetworkPolicies.
 */
export type Flow =
  /** To a port of the component's pods: the number in the pod, not that of a Service. TCP. */
  | { from: Client; to: ComponentName; port: number }
  /** `dns`: names of the cluster and of the world. `egress`: out of the site, as far as `spec.egress` goes. */
  | { from: ComponentName | SiteImage; to: 'dns' | 'egress' };

/** Pods of a component; every pod of the site's image; the ingress controllers, which bring visitors. */
export type Client = ComponentName | SiteImage | 'visitors';
/** Stands for each component that `runsImage`, and for pods that run a command once: any site may be given one, at any time. */
type SiteImage = 'site-image';

/** A flow between ends that are known. */
export type KnownFlow =
  | { from: ComponentName | CommandPods | 'visitors'; to: ComponentName; port: number }
  | { from: ComponentName | CommandPods; to: 'dns' | 'egress' };

/** The sum of what enabled components declare, in the order of the list. */
export function flowsOf(components: readonly Component[], site: Site, seen: Observed): KnownFlow[] {
  const parts = components.filter(({ runsImage }) => runsImage === true).map(({ name }) => name);
  const image = [...parts, 'command'] as const;
  return components
    .flatMap((component) => component.flows?.(site, seen) ?? [])
    .flatMap((flow) =>
      flow.from === 'site-image' ? image.map((from) => ({ ...flow, from })) : [flow as KnownFlow],
    );
}

/** Where pods of the site's image may connect to, besides the site itself. */
export interface Egress {
  /** `Internet`: every public address, and `to`. `Restricted`: only `to`. */
  mode: 'Internet' | 'Restricted';
  to: readonly Destination[];
}

/** Either a range of addresses or pods of the site's own namespace. */
export interface Destination {
  cidr?: string;
  podSelector?: { matchLabels: Record<string, string> };
  ports?: readonly { port: number; protocol?: 'TCP' | 'UDP' }[];
}

/** What the operator's configuration says of the cluster's network. */
export interface ClusterNetwork {
  /** From where visitors come into the cluster, and the ports of these pods that visitors reach. */
  ingressControllers: Ends;
  dns: Ends;
  /** Ranges that are no part of the internet; a site opens parts of them by `spec.egress.to`. */
  privateNetworks: readonly string[];
  /** Ranges that no site can open. */
  forbiddenNetworks: readonly string[];
}

interface Ends {
  peers: readonly Peer[];
  ports: readonly number[];
}

/** As NetworkPolicies write it. */
export interface Peer {
  namespaceSelector?: Selector;
  podSelector?: Selector;
  ipBlock?: { cidr: string; except?: string[] };
}

interface Selector {
  matchLabels?: Record<string, string>;
  matchExpressions?: {
    key: string;
    operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
    values?: string[];
  }[];
}
