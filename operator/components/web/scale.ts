import type { Observed, Site } from '../component.ts';
import { live } from '../live.ts';
import type { Live } from '../live.ts';
import { autoscalingInForce, boostInForce } from '../pod/replicas.ts';
import { servesUntil } from '../maintenance-page.ts';

/**
 * Who decides the number of pods. What is not in the spec is remembered on the Deployment:
 *
 *   no annotation   the spec: `replicas`, else the size
 *   Autoscaled      the autoscaler: the Deployment is applied without `replicas`
 *   a number        nobody since `autoscaling` was taken away: it stays as it was until `replicas` is written
 */
export interface Scale {
  /** Absent while the autoscaler decides. */
  replicas?: number;
  annotations?: Record<string, string>;
  /** The number as it is, at the moment at which the autoscaler takes over. */
  handOver?: number;
  /** When a site that is switched off is so at the latest; until then its pods wait for the page that stands in. */
  until?: Date;
}

export const replicasAnnotation = 'hostedsite.dev/replicas';
const autoscaled = { [replicasAnnotation]: 'Autoscaled' };

export function scale(site: Site, seen: Observed): Scale {
  const deployment = live(seen, 'Deployment', `${site.name}-web`);
  const autoscaling = autoscalingInForce(site, seen);
  if (autoscaling !== undefined) return byAutoscaler(autoscaling.minReplicas, deployment);
  if (site.replicas === 0) return switchedOff(site, seen, deployment);
  const least = boostInForce(site, seen)?.replicas ?? 0;
  const left = leftBehind(site, deployment);
  const replicas = Math.max(left ?? site.replicas, least);
  return left === undefined ? { replicas } : { replicas, annotations: { [replicasAnnotation]: `${left}` } };
}

/** Visitors are led to the page before the last pod goes. */
function switchedOff(site: Site, seen: Observed, deployment: Live<'Deployment'> | undefined): Scale {
  const current = deployment?.spec?.replicas ?? 0;
  const until = current === 0 ? undefined : servesUntil(site, seen);
  return until === undefined ? { replicas: 0 } : { replicas: current, until };
}

/** An autoscaler leaves a Deployment with 0 replicas alone, and a new one begins with 1: both get their first pods here. */
function byAutoscaler(minReplicas: number, deployment: Live<'Deployment'> | undefined): Scale {
  const current = deployment?.spec?.replicas ?? 0;
  if (current === 0) return { replicas: minReplicas };
  return { annotations: autoscaled, ...(isAutoscaled(deployment) ? {} : { handOver: current }) };
}

/** The number that the spec asks for, or that an autoscaler has left behind; whatever a boost adds. */
export function replicas(site: Site, seen: Pick<Observed, 'owned'>): number {
  return leftBehind(site, live(seen, 'Deployment', `${site.name}-web`)) ?? site.replicas;
}

function leftBehind(
  { areReplicasBySize }: Site,
  deployment: Live<'Deployment'> | undefined,
): number | undefined {
  if (!areReplicasBySize) return undefined;
  const noted = noteOf(deployment);
  return Number.isInteger(noted) && noted > 0 ? noted : undefined;
}

function noteOf(deployment: Live<'Deployment'> | undefined): number {
  if (isAutoscaled(deployment)) return deployment?.spec?.replicas ?? 0;
  return Number(deployment?.metadata.annotations?.[replicasAnnotation] ?? 0);
}

function isAutoscaled(deployment: Live<'Deployment'> | undefined): boolean {
  return deployment?.metadata.annotations?.[replicasAnnotation] === autoscaled[replicasAnnotation];
}
