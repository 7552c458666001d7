import type { Deployment, StatefulSet } from 'kubernetes-types/apps/v1.d.ts';
import type { HorizontalPodAutoscaler } from 'kubernetes-types/autoscaling/v2.d.ts';
import type { CronJob, Job } from 'kubernetes-types/batch/v1.d.ts';
import type { PersistentVolumeClaim, Service } from 'kubernetes-types/core/v1.d.ts';
import type { Ingress, NetworkPolicy } from 'kubernetes-types/networking/v1.d.ts';
import type { Manifest, Observed, Site } from './component.ts';

interface Kinds {
  CronJob: CronJob;
  Deployment: Deployment;
  HorizontalPodAutoscaler: HorizontalPodAutoscaler;
  Ingress: Ingress;
  Job: Job;
  NetworkPolicy: NetworkPolicy;
  PersistentVolumeClaim: PersistentVolumeClaim;
  Service: Service;
  StatefulSet: StatefulSet;
}

/** An object of a kind as the caches hold it: all that Kubernetes promises, and nothing that it may leave out. */
export type Live<Kind extends keyof Kinds> = Kinds[Kind] & Manifest;

export function live<Kind extends keyof Kinds>(
  seen: Pick<Observed, 'owned'>,
  kind: Kind,
  name: string,
): Live<Kind> | undefined {
  const found = seen.owned.find((object) => object.kind === kind && object.metadata.name === name);
  return found as Live<Kind> | undefined;
}

/** Whether the controller of a workload has seen the object's newest form: before that its status is about an older one. */
export function isUpToDate({ metadata, status }: Manifest): boolean {
  const seen = (status as { observedGeneration?: number } | undefined)?.observedGeneration ?? 0;
  return seen >= (metadata.generation ?? 0);
}

/** Whether the site's database takes connections. A site without one has nothing to wait for. */
export function databaseServes(site: Site, seen: Pick<Observed, 'owned'>): boolean {
  if (site.database === undefined) return true;
  const server = live(seen, 'StatefulSet', `${site.name}-database`);
  return (server?.status?.readyReplicas ?? 0) > 0;
}

/** Whether the application's first installation is done. One that needs none is installed. */
export function isInstalled(site: Site, seen: Pick<Observed, 'owned'>): boolean {
  if (site.preset.install === undefined) return true;
  const conditions = live(seen, 'Job', `${site.name}-install`)?.status?.conditions;
  return conditions?.some(({ type, status }) => type === 'Complete' && status === 'True') === true;
}
