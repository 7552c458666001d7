import type { Pod } from 'kubernetes-types/core/v1.d.ts';
import type { Manifest, Observed, Site } from './component.ts';
import { podsOf } from './pod/pod-trouble.ts';
import { selector } from './selector.ts';

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
