import type { Observed, Revision, Site } from './component.ts';

/** Under which names a site is known: to its own application, to its pods, to its visitors. */

type Named = Pick<Site, 'hosts' | 'route'>;

/** The first host, by the scheme that the spec speaks of. Only the spec counts: pods are told once. */
export function siteUrl({ hosts: [host = ''], route: { tls, redirectToHTTPS } }: Named): string {
  return `${tls !== undefined || redirectToHTTPS ? 'https' : 'http'}://${host}`;
}

/** The hosts that the status told last; none of a site that is new. Who may edit a route cannot change these. */
export function toldHosts({ site: { status } }: Pick<Observed, 'site'>): string[] {
  // As they were written: not every name of a host is one that URL reads.
  return (status?.urls ?? []).map((url) => url.replace(/^https?:\/\//, '').replace(/\/$/, ''));
}

/** Whether the pods of a revision know the site by the address that the spec gives it. */
export function knowsAddress(
  { hosts, url }: Pick<Revision, 'hosts' | 'url'>,
  site: Named,
  seen: Pick<Observed, 'site' | 'revisions'>,
): boolean {
  if (hosts !== undefined) return url === siteUrl(site) && hosts.join() === site.hosts.join();
  return !isRenamed(site, seen) && !seen.revisions.some(({ renames }) => renames === true);
}

/** Whether the spec names other hosts than before. Operators of earlier versions told no pod; then the status knows. */
export function isRenamed({ hosts }: Named, seen: Pick<Observed, 'site'>): boolean {
  const reported = toldHosts(seen);
  return reported.length > 0 && [...reported].sort().join() !== [...hosts].sort().join();
}
