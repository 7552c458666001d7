import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1.d.ts';
import type { Manifest, Owned, Site } from '../component.ts';
import { selector } from '../selector.ts';

/**
 * A drain takes one pod after the other. Counted from above, so that it never forbids the only pod; and a pod that does not
 * serve anyway may always go. One pod needs no budget, and a second budget of a user's own would forbid every eviction.
 */
export function podDisruptionBudget(site: Site, mostReplicas: number): Owned[] {
  if (mostReplicas < 2) return [];
  const object = {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: `${site.name}-web` },
    spec: {
      maxUnavailable: 1,
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
      selector: { matchLabels: selector(site, 'web') },
    },
  } satisfies PodDisruptionBudget & Manifest;
  return [{ object, lifetime: 'site', write: 'apply' }];
}
