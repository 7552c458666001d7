import type { Observed, Site } from '../component.ts';

/** The boost while it lasts. A site that is switched off stays off. */
export function boostInForce({ boost, replicas }: Site, { now }: Pick<Observed, 'now'>): Site['boost'] {
  return boost !== undefined && replicas > 0 && now < boost.endTime ? boost : undefined;
}

/** What the autoscaler may do now, the boost included. */
export function autoscalingInForce(site: Site, seen: Pick<Observed, 'now'>): Site['autoscaling'] {
  if (site.autoscaling === undefined) return undefined;
  const { minReplicas, maxReplicas } = site.autoscaling;
  const least = boostInForce(site, seen)?.replicas ?? 0;
  return {
    ...site.autoscaling,
    minReplicas: Math.max(minReplicas, least),
    maxReplicas: Math.max(maxReplicas, least),
  };
}

/** The most serving pods that the site may have now, besides those of a release that rolls out. */
export function mostReplicas(site: Site, seen: Pick<Observed, 'now'>): number {
  const { maxReplicas } = autoscalingInForce(site, seen) ?? {};
  return maxReplicas ?? Math.max(site.replicas, boostInForce(site, seen)?.replicas ?? 0);
}
