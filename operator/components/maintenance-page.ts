import type { Pod } from 'kubernetes-types/core/v1.d.ts';
import type { Manifest, Observed, Site } from './component.ts';
import { live } from './live.ts';
import { podsOf } from './pod/pod-trouble.ts';
import { selector } from './selector.ts';

/**
 * A site that shows itself to nobody has a maintenance page beside its pods: a Varnish that needs nothing of the application. The
 * route leads to it for as long as there is a cause, and until the site's own pods can take visitors again.
 */
export type Cause = 'Maintenance' | 'ScaledToZero';

type Sight = Pick<Observed, 'now' | 'owned' | 'pods'>;

export function maintenancePageCause({
  route,
  replicas,
}: Pick<Site, 'route' | 'replicas'>): Cause | undefined {
  if (route.maintenance !== undefined) return 'Maintenance';
  return replicas === 0 ? 'ScaledToZero' : undefined;
}

/** Name of the maintenance page: of its Deployment and of its Service. */
export function maintenancePageName({ name }: Pick<Site, 'name'>): string {
  return `${name}-maintenance`;
}

/**
 * Name of the Service that the route leads visitors to. The maintenance page takes over when it can answer, so that the change
 * costs no request, and keeps the visitors even while it cannot answer: the site must not open by itself. It gives them
 * back when a pod of the site can take them.
 */
export function servingService(site: Site, seen: Sight): string {
  return servesInstead(site, seen) ? maintenancePageName(site) : `${site.name}-web`;
}

function servesInstead(site: Site, seen: Sight): boolean {
  const isShown = leadsToMaintenancePage(site, seen);
  if (maintenancePageCause(site) === undefined) {
    const from = canServeFrom(site, seen);
    return isShown && (from === undefined || from > seen.now);
  }
  const isNew = routes(site, seen).length === 0;
  const canAnswer = (live(seen, 'Deployment', maintenancePageName(site))?.status?.availableReplicas ?? 0) > 0;
  return isNew || canAnswer || isShown;
}

export function leadsToMaintenancePage(site: Pick<Site, 'name'>, seen: Pick<Observed, 'owned'>): boolean {
  const name = `"name":${JSON.stringify(maintenancePageName(site))}`;
  return routes(site, seen).some(({ spec }) => JSON.stringify(spec ?? null).includes(name));
}

/**
 * When visitors are led back, if that is a question of time: nothing happens in the cluster then, so the site has to be looked
 * at.
 */
export function leadsBackAt(site: Site, seen: Sight): Date | undefined {
  if (maintenancePageCause(site) !== undefined || !leadsToMaintenancePage(site, seen)) return undefined;
  const from = canServeFrom(site, seen);
  return from !== undefined && from > seen.now ? from : undefined;
}

/** Milliseconds from a pod's being ready until every gateway may be expected to know where it is. */
const known = 3000;

/** When visitors may be led to the pods of the site; undefined while none is ready. Pods on their way out do not count. */
function canServeFrom(site: Pick<Site, 'name'>, seen: Pick<Observed, 'pods'>): Date | undefined {
  const times = podsOf(seen, selector(site, 'web')).flatMap((pod) => readySince(pod) ?? []);
  return times.length === 0 ? undefined : new Date(Math.min(...times) + known);
}

function readySince(pod: Manifest): number | undefined {
  const { metadata, status } = pod as Manifest & Pod;
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  if (metadata.deletionTimestamp !== undefined || ready?.status !== 'True') return undefined;
  return ready.lastTransitionTime === undefined ? 0 : Date.parse(ready.lastTransitionTime);
}

/** Milliseconds: a page that cannot be shown must not keep a site from being switched off. */
const patience = 30_000;

/**
 * Until when the pods of a site that is switched off serve on, because its page does not answer yet; undefined when they
 * may go. They end 10 s after that order, so gateways have time to follow the route.
 */
export function servesUntil(site: Site, seen: Sight): Date | undefined {
  if (leadsToMaintenancePage(site, seen)) return undefined;
  const created = live(seen, 'Deployment', maintenancePageName(site))?.metadata.creationTimestamp;
  const until = new Date((created === undefined ? seen.now.getTime() : Date.parse(created)) + patience);
  return until > seen.now ? until : undefined;
}

/** What publishes a site's hosts, whichever kind it is. */
const routeKinds: ReadonlySet<string> = new Set(['Ingress', 'HTTPRoute']);

function routes({ name }: Pick<Site, 'name'>, { owned }: Pick<Observed, 'owned'>): Manifest[] {
  return owned.filter(({ kind, metadata }) => routeKinds.has(kind) && metadata.name.split('.')[0] === name);
}
