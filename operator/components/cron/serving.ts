import type { Observed, Released, Revision, Site } from '../component.ts';
import { live } from '../live.ts';
import type { Live } from '../live.ts';
import { servedRevisions } from '../serving.ts';
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
  const served = servedRevisions(site, seen);
  if (served.has(revision.name)) return revision;
  const known = [...seen.revisions].reverse();
  const kept = keptRevision(live(seen, 'CronJob', cronJob));
  return known.find(({ name }) => served.has(name)) ?? known.find(({ name }) => name === kept) ?? revision;
}

function keptRevision(cronJob: Live<'CronJob'> | undefined): string | undefined {
  return cronJob?.spec?.jobTemplate.metadata?.annotations?.[revisionAnnotation];
}
