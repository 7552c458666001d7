import type { LabelSelector } from 'kubernetes-types/meta/v1.d.ts';
import type { NetworkPolicy } from 'kubernetes-types/networking/v1.d.ts';
import type { Manifest, Owned, Site } from '../component.ts';
import type { ClusterNetwork, KnownFlow } from '../flow.ts';
import { podsOfSite, selector } from '../selector.ts';
import { incoming, outgoing } from './rules.ts';

/**
 * One policy for each part whose pods may connect or be connected to, and one for all other pods of the site, which may
 * do neither. Each pod is under exactly one of them, so in no order of writing and removing is there a moment in which a
 * pod is denied what it needs.
 */
export function networkPolicies(site: Site, network: ClusterNetwork, flows: readonly KnownFlow[]): Owned[] {
  const parts = partsOf(flows);
  const others = { key: 'app.kubernetes.io/component', operator: 'NotIn', values: parts };
  const rest: LabelSelector = { matchLabels: podsOfSite(site), matchExpressions: [others] };
  return [
    ...parts.map((part) =>
      policy(`${site.name}-${part}`, {
        podSelector: { matchLabels: selector(site, part) },
        ingress: flows.filter(({ to }) => to === part).flatMap((flow) => incoming(site, network, flow)),
        egress: flows.filter(({ from }) => from === part).flatMap((flow) => outgoing(site, network, flow)),
      }),
    ),
    policy(`${site.name}-default-deny`, { podSelector: rest, ingress: [], egress: [] }),
  ];
}

function partsOf(flows: readonly KnownFlow[]): Part[] {
  return [...new Set(flows.flatMap(({ from, to }) => [from, to]))].filter(isPart).sort();
}

type Part = Exclude<KnownFlow['from' | 'to'], 'visitors' | 'dns' | 'egress'>;

function isPart(end: KnownFlow['from' | 'to']): end is Part {
  return end !== 'visitors' && end !== 'dns' && end !== 'egress';
}

/** A list of rules without a rule allows nothing; it is written all the same, so that a rule which somebody adds is seen. */
function policy(name: string, spec: Omit<NonNullable<NetworkPolicy['spec']>, 'policyTypes'>): Owned {
  return {
    object: {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name },
      spec: { policyTypes: ['Ingress', 'Egress'], ...spec },
    } satisfies NetworkPolicy & Manifest,
    lifetime: 'site',
    write: 'apply',
  };
}
