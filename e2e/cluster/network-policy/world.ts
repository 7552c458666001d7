import { isIPv4 } from './blocks.ts';

/** What the rules are made from: the parts of Pods, Namespaces and NetworkPolicies that count, as the API has them. */
export interface World {
  readonly pods: readonly PolicyPod[];
  /** Labels by the namespace's name. */
  readonly namespaces: ReadonlyMap<string, Labels>;
  readonly policies: readonly NetworkPolicy[];
}

export type Labels = Readonly<Record<string, string>>;
export type Protocol = 'TCP' | 'UDP' | 'SCTP';

export interface PolicyPod {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Labels;
  readonly address: string;
  readonly node: string;
  readonly ports: readonly NamedPort[];
}

export interface NamedPort {
  readonly name?: string;
  readonly containerPort: number;
  readonly protocol?: Protocol;
}

export interface NetworkPolicy {
  readonly metadata: { readonly namespace: string; readonly name: string };
  readonly spec: {
    readonly podSelector?: Selector;
    readonly policyTypes?: readonly Direction[];
    readonly ingress?: readonly { readonly from?: readonly Peer[]; readonly ports?: readonly PolicyPort[] }[];
    readonly egress?: readonly { readonly to?: readonly Peer[]; readonly ports?: readonly PolicyPort[] }[];
  };
}

export type Direction = 'Ingress' | 'Egress';

export interface Peer {
  readonly podSelector?: Selector;
  readonly namespaceSelector?: Selector;
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
}

export interface PolicyPort {
  readonly protocol?: Protocol;
  readonly port?: number | string;
  readonly endPort?: number;
}

export interface Selector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
    readonly values?: readonly string[];
  }[];
}

interface Container {
  readonly ports?: readonly NamedPort[];
}

/** As much of a Pod as is read here. */
export interface PodObject {
  readonly metadata: {
    readonly namespace: string;
    readonly name: string;
    readonly uid: string;
    readonly labels?: Labels;
    readonly creationTimestamp?: string;
    readonly deletionTimestamp?: string;
  };
  readonly spec: {
    readonly nodeName?: string;
    readonly hostNetwork?: boolean;
    readonly containers: readonly Container[];
    readonly initContainers?: readonly Container[];
  };
  readonly status?: { readonly phase?: string; readonly podIP?: string };
}

/** A pod's UID → the address that its node has given it, which the API learns later. */
export type GivenAddresses = ReadonlyMap<string, string>;

/**
 * Those that have an address of their own. A node that comes back gives addresses anew while the API still shows them on
 * pods of before: then the pod has it that the node gave it to, or else one that is not being deleted, or the younger one.
 */
export function policyPods(objects: readonly PodObject[], given: GivenAddresses = new Map()): PolicyPod[] {
  const rank = ({ metadata }: PodObject): string => {
    const { uid, creationTimestamp = '', deletionTimestamp } = metadata;
    return `${Number(given.has(uid))} ${Number(deletionTimestamp === undefined)} ${creationTimestamp}`;
  };
  const lastHolds = objects.toSorted((a, b) => rank(a).localeCompare(rank(b)));
  const holders = lastHolds.flatMap(
    (object) => policyPod(object, given.get(object.metadata.uid) ?? object.status?.podIP ?? '') ?? [],
  );
  return [...new Map(holders.map((pod) => [pod.address, pod])).values()];
}

/** Undefined for one that is not placed yet, has ended, or is in its node's network. */
function policyPod({ metadata, spec, status }: PodObject, address: string): PolicyPod | undefined {
  if (!isIPv4(address) || spec.nodeName === undefined || spec.hostNetwork === true) return undefined;
  if (['Succeeded', 'Failed'].includes(status?.phase ?? '')) return undefined;
  const containers = [...(spec.initContainers ?? []), ...spec.containers];
  return {
    namespace: metadata.namespace,
    name: metadata.name,
    labels: metadata.labels ?? {},
    address,
    node: spec.nodeName,
    ports: containers.flatMap(({ ports }) => ports ?? []),
  };
}

export function selects(selector: Selector, labels: Labels): boolean {
  const { matchLabels = {}, matchExpressions = [] } = selector;
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const value = labels[key];
      switch (operator) {
        case 'In':
          return value !== undefined && values.includes(value);
        case 'NotIn':
          return value === undefined || !values.includes(value);
        case 'Exists':
          return value !== undefined;
        case 'DoesNotExist':
          return value === undefined;
      }
    })
  );
}
