import type { StatefulSet } from 'kubernetes-types/apps/v1.d.ts';
import type { Kind, Manifest, Observed, Site } from './component.ts';

/** An object of the site as the caches hold it. The type is the caller's word for what Kubernetes promises of the kind. */
export function live<Type>(
  seen: Pick<Observed, 'owned'>,
  kind: Kind,
  name: string,
): (Type & Manifest) | undefined {
  const found = seen.owned.find((object) => object.kind === kind && object.metadata.name === name);
  return found as (Type & Manifest) | undefined;
}

/** Whether the controller of a workload has seen the object's newest form: before that its status is about an older one. */
export function isUpToDate({ metadata, status }: Manifest): boolean {
  const seen = (status as { observedGeneration?: number } | undefined)?.observedGeneration ?? 0;
  return seen >= (metadata.generation ?? 0);
}

/** Whether the site's database takes connections. A site without one has nothing to wait for. */
export function databaseServes(site: Site, seen: Pick<Observed, 'owned'>): boolean {
  if (site.database === undefined) return true;
  const server = live<StatefulSet>(seen, 'StatefulSet', `${site.name}-database`);
  return (server?.status?.readyReplicas ?? 0) > 0;
}
