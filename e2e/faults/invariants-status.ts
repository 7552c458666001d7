import type { Deployment, StatefulSet } from 'kubernetes-types/apps/v1.d.ts';
import type { Pod } from 'kubernetes-types/core/v1.d.ts';
import type { Ingress } from 'kubernetes-types/networking/v1.d.ts';
import type { HostedSite } from '../../operator/kinds/hosted-site/hosted-site.ts';
import type { Manifest } from '../../operator/components/component.ts';
import type { Invariant, Moment } from './invariants-moment.ts';
import { byDigest } from './world-pods.ts';

/**
 * Ready=True about the newest generation is only said after a moment, since that generation was written, at which all of
 * it was so. The operator sees late, so it may say it later; it may never say it sooner. Once true it may stay while
 * visitors are served.
 */
export const readyIsTrue: Invariant = {
  name: 'Ready is only said of what was in force',
  begin: () => {
    const served = new Set<string>();
    return (moment) => {
      const site = siteOf(moment);
      if (site === undefined) return [];
      const id = `${site.metadata.uid} ${site.metadata.generation}`;
      const obstacle = served.has(id) ? undefined : obstacleOf(site, moment);
      if (obstacle === undefined) served.add(id);
      if (moment.event.kind !== 'HostedSite' || !saysReady(site)) return [];
      return obstacle === undefined
        ? []
        : [`generation ${site.metadata.generation} is called Ready, but ${obstacle}`];
    };
  },
};

function siteOf({ event, there, namespace }: Moment): HostedSite | undefined {
  if (event.object.metadata.namespace !== namespace) return undefined;
  return there.list('HostedSite', namespace)[0] as HostedSite | undefined;
}

function saysReady({ metadata, status }: HostedSite): boolean {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  return ready?.status === 'True' && ready.observedGeneration === metadata.generation;
}

/** The first thing of the spec that is not in force; undefined when all is. */
function obstacleOf(site: HostedSite, moment: Moment): string | undefined {
  return (
    webObstacle(site, moment) ??
    podObstacle(site, moment) ??
    databaseObstacle(site, moment) ??
    routeObstacle(site, moment)
  );
}

function webObstacle({ metadata, spec }: HostedSite, { there, namespace }: Moment): string | undefined {
  const found = there.get('Deployment', namespace, `${metadata.name}-web`) as
    (Manifest & Deployment) | undefined;
  if (found?.spec === undefined) return 'there is no Deployment';
  const image = found.spec.template.spec?.containers[0]?.image;
  if (!isOf(spec.image, image)) return `the Deployment runs ${image}`;
  const { replicas = 1 } = found.spec;
  if (replicas !== (spec.replicas ?? replicas)) return `the Deployment wants ${replicas} pods`;
  return rolloutObstacle(found, replicas);
}

/** By its tag, or by the digest that the tag has. */
function isOf(image: string, running: string | undefined): boolean {
  return running === image || running === byDigest(image);
}

function rolloutObstacle(
  { metadata, status = {} }: Manifest & Deployment,
  wanted: number,
): string | undefined {
  const { observedGeneration = 0, replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status;
  if (observedGeneration < (metadata.generation ?? 0)) return 'the Deployment is not acted upon yet';
  const isWhole = [replicas, updatedReplicas, availableReplicas].every((count) => count === wanted);
  return isWhole ? undefined : `of ${wanted} pods ${availableReplicas} serve`;
}

function podObstacle({ spec }: HostedSite, { there, namespace }: Moment): string | undefined {
  const others = there.list('Pod', namespace).filter((one) => {
    const pod = one as Manifest & Pod;
    const isWeb = pod.metadata.labels?.['app.kubernetes.io/component'] === 'web';
    return isWeb && !isOf(spec.image, pod.spec?.containers[0]?.image);
  });
  return others.length === 0 ? undefined : 'a pod of another release is left';
}

function databaseObstacle({ metadata, spec }: HostedSite, { there, namespace }: Moment): string | undefined {
  const found = there.get('StatefulSet', namespace, `${metadata.name}-database`) as
    (Manifest & StatefulSet) | undefined;
  if (spec.database === undefined) return undefined;
  return (found?.status?.readyReplicas ?? 0) > 0 ? undefined : 'its database does not serve';
}

function routeObstacle({ metadata, spec }: HostedSite, { there, namespace }: Moment): string | undefined {
  const ingress = there.get('Ingress', namespace, metadata.name) as (Manifest & Ingress) | undefined;
  const route = there.get('HTTPRoute', namespace, metadata.name) as
    (Manifest & { spec: { hostnames: string[] } }) | undefined;
  const published: ReadonlySet<string | undefined> =
    spec.route?.parentRefs === undefined
      ? new Set(ingress?.spec?.rules?.map(({ host }) => host))
      : new Set(route?.spec.hostnames);
  const missing = spec.hosts.find((host) => !published.has(host));
  return missing === undefined ? undefined : `${missing} is not published`;
}
