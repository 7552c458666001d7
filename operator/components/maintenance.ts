import type { Manifest, Observed, Site } from './component.ts';
import { live } from './live.ts';

/**
 * A site in maintenance has a stand-in beside its pods: a Varnish that needs nothing of the application. The route leads
 * to it as long as the maintenance lasts; the site's own pods, and what happens to them, are left alone.
 */

/** Name of the stand-in: of its Deployment and of its Service. */
export function maintenanceName({ name }: Pick<Site, 'name'>): string {
  return `${name}-maintenance`;
}

/**
 * Name of the Service that the route leads visitors to. The stand-in takes over when it can answer, so that the change
 * costs no request, and keeps the visitors even while it cannot answer: the site must not open by itself.
 */
export function servingService(site: Site, seen: Pick<Observed, 'owned'>): string {
  const [usual, standIn] = [`${site.name}-web`, maintenanceName(site)];
  if (site.route.maintenance === undefined) return usual;
  const isNew = routes(site, seen).length === 0;
  const canAnswer = (live(seen, 'Deployment', standIn)?.status?.availableReplicas ?? 0) > 0;
  return isNew || canAnswer || leadsToStandIn(site, seen) ? standIn : usual;
}

export function leadsToStandIn(site: Pick<Site, 'name'>, seen: Pick<Observed, 'owned'>): boolean {
  const name = `"name":${JSON.stringify(maintenanceName(site))}`;
  return routes(site, seen).some(({ spec }) => JSON.stringify(spec ?? null).includes(name));
}

/** What publishes a site's hosts, whichever kind it is. */
const routeKinds: ReadonlySet<string> = new Set(['Ingress', 'HTTPRoute']);

function routes({ name }: Pick<Site, 'name'>, { owned }: Pick<Observed, 'owned'>): Manifest[] {
  return owned.filter(({ kind, metadata }) => routeKinds.has(kind) && metadata.name.split('.')[0] === name);
}
