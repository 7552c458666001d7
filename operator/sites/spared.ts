import type { LabelSelector } from 'kubernetes-types/meta/v1.d.ts';
import type { NetworkPolicy } from 'kubernetes-types/networking/v1.d.ts';
import type { ComponentName, Manifest } from '../components/component.ts';
import { componentOf } from '../objects/labels.ts';
import type { Observed } from '../releases/observed.ts';
import { withHash } from './desired.ts';
import type { Desired } from './desired.ts';

/**
 * While the command of a release is waited for, what ran before serves on with the parts that it knows: also with those that the
 * spec has no more, until the release takes over.
 */

const parts: ReadonlySet<string | undefined> = new Set<ComponentName>(['database', 'object-cache', 'files']);

type Policy = Manifest & NetworkPolicy;

export function isSpared(object: Manifest): boolean {
  if (object.kind === 'NetworkPolicy') return parts.has(partOf((object as Policy).spec?.podSelector));
  return parts.has(componentOf(object));
}

/** The pods that a part's own policy lets in must be let out to it as well. */
export function withWaysToSpared(desired: readonly Desired[], { owned }: Pick<Observed, 'owned'>): Desired[] {
  const names = new Set(
    desired.filter(({ object }) => object.kind === 'NetworkPolicy').map(({ object }) => object.metadata.name),
  );
  const spared = owned.filter(
    (object) => object.kind === 'NetworkPolicy' && !names.has(object.metadata.name) && isSpared(object),
  ) as Policy[];
  return spared.length === 0 ? [...desired] : desired.map((one) => withWays(one, spared));
}

function withWays(one: Desired, spared: readonly Policy[]): Desired {
  if (one.object.kind !== 'NetworkPolicy') return one;
  const { spec } = one.object as Policy;
  const ways = spared.flatMap((policy) => waysTo(policy, partOf(spec?.podSelector)));
  if (spec === undefined || ways.length === 0) return one;
  const egress = [...(spec.egress ?? []), ...ways];
  return { ...one, object: withHash({ ...one.object, spec: { ...spec, egress } }) };
}

function waysTo({ spec }: Policy, part: string | undefined) {
  const podSelector = spec?.podSelector;
  if (podSelector === undefined || part === undefined) return [];
  return (spec?.ingress ?? [])
    .filter(({ from = [] }) => from.some((peer) => partOf(peer.podSelector) === part))
    .map(({ ports }) => ({ to: [{ podSelector }], ...(ports === undefined ? {} : { ports }) }));
}

function partOf(selector: LabelSelector | undefined): string | undefined {
  return componentOf({ metadata: { labels: selector?.matchLabels ?? {} } });
}
