import type { Pod } from 'kubernetes-types/core/v1.d.ts';
import type { Manifest, Observed, Released, Revision, Site } from './component.ts';
import { podsOf } from './pod/pod-trouble.ts';
import { selector } from './selector.ts';

/** On what runs beside the pods that serve: the release that it runs. */
export const revisionAnnotation = 'hostedsite.dev/revision';

/**
 * The release that visitors meet. A new one that does not come up is not for what runs beside it either; while no pod serves,
 * that stays with the release that it has, `kept`.
 */
export function servingRevision(
  site: Site,
  seen: Observed,
  { revision }: Released,
  kept: string | undefined,
): Revision {
  if (site.replicas === 0) return revision;
  const served = servedRevisions(site, seen);
  if (served.has(revision.name)) return revision;
  const known = [...seen.revisions].reverse();
  return known.find(({ name }) => served.has(name)) ?? known.find(({ name }) => name === kept) ?? revision;
}

/** Names of the releases of which a pod serves. */
export function servedRevisions(
  site: Pick<Site, 'name'>,
  seen: Pick<Observed, 'pods'>,
): ReadonlySet<string | undefined> {
  return new Set(podsOf(seen, selector(site, 'web')).filter(serves).map(revisionOf));
}

function serves(pod: Manifest): boolean {
  const { metadata, status } = pod as Manifest & Pod;
  const containers = status?.containerStatuses ?? [];
  return (
    metadata.deletionTimestamp === undefined &&
    containers.length > 0 &&
    containers.every(({ ready }) => ready)
  );
}

function revisionOf({ metadata }: Manifest): string | undefined {
  return metadata.labels?.['hostedsite.dev/revision'];
}
