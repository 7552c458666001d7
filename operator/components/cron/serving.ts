import type { Pod } from 'kubernetes-types/core/v1.d.ts';
import type { Manifest, Observed, Released, Revision, Site } from '../component.ts';
import { live } from '../live.ts';
import type { Live } from '../live.ts';
import { podsOf } from '../pod/pod-trouble.ts';
import { selector } from '../selector.ts';
import { revisionAnnotation } from './names.ts';

/**
 * The release that visitors meet. A new one that does not come up is not for cron jobs either; while no pod serves, a
 * CronJob keeps the release that it has.
 */
export function servingRevision(
  site: Site,
  seen: Observed,
  { revision }: Released,
  cronJob: string,
): Revision {
  if (site.replicas === 0) return revision;
  const served = new Set(podsOf(seen, selector(site, 'web')).filter(serves).map(revisionOf));
  if (served.has(revision.name)) return revision;
  const known = [...seen.revisions].reverse();
  const kept = keptRevision(live(seen, 'CronJob', cronJob));
  return known.find(({ name }) => served.has(name)) ?? known.find(({ name }) => name === kept) ?? revision;
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

function keptRevision(cronJob: Live<'CronJob'> | undefined): string | undefined {
  return cronJob?.spec?.jobTemplate.metadata?.annotations?.[revisionAnnotation];
}
