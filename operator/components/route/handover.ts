import type { Manifest, Observed, Owned, Site } from '../component.ts';
import { live } from '../live.ts';
import { takenAt } from './gateways.ts';
import { httpRoutes } from './http-route.ts';

/**
 * How long what published the hosts before stays beside what publishes them now, in milliseconds: controllers take up
 * routes within seconds (Traefik gathers changes for 2 s), and no field says when they have.
 */
const overlap = 10_000;

/** What published the hosts before, as it is, until visitors are served by what the spec wants. */
export function handover(
  site: Site,
  seen: Observed,
  hosts: readonly string[],
): { kept: Owned[]; until?: Date } {
  const leaving = seen.owned.filter((object) => isLeaving(object, site));
  if (leaving.length === 0) return { kept: [] };
  const since = servedSince(site, seen, hosts);
  const until = since === undefined ? undefined : new Date(since.getTime() + overlap);
  if (until !== undefined && until <= seen.now) return { kept: [] };
  return { kept: leaving.map(asItIs), ...(until === undefined ? {} : { until }) };
}

function isLeaving({ kind, metadata }: Manifest, site: Site): boolean {
  const other = site.route.parentRefs === undefined ? 'HTTPRoute' : 'Ingress';
  return (
    kind === other &&
    metadata.deletionTimestamp === undefined &&
    metadata.ownerReferences?.some(({ uid }) => uid === site.uid) === true
  );
}

function servedSince(site: Site, seen: Observed, hosts: readonly string[]): Date | undefined {
  const { parentRefs } = site.route;
  if (parentRefs !== undefined) return takenAt(site, seen, httpRoutes(site, seen, hosts));
  const created = live(seen, 'Ingress', site.name)?.metadata.creationTimestamp;
  return created === undefined ? undefined : new Date(created);
}

function asItIs({ apiVersion, kind, metadata: { name }, spec }: Manifest): Owned {
  return { object: { apiVersion, kind, metadata: { name }, spec }, lifetime: 'site', write: 'apply' };
}
