import { createHash } from 'node:crypto';
import type { CronEntry, Site } from '../component.ts';

/** On Jobs and pods: the entry that they run. */
export const entryLabel = 'hostedsite.dev/cron';
/** On a CronJob: since when its periods count, RFC 3339. */
export const sinceAnnotation = 'hostedsite.dev/cron-since';

/** Kubernetes appends eleven characters for the name of a Job, whose pods carry it as a label. */
const longest = 52;

export function cronJobName(site: Pick<Site, 'name'>, { name }: Pick<CronEntry, 'name'>): string {
  const whole = `${site.name}-cron-${name}`;
  if (whole.length <= longest) return whole;
  const hash = createHash('sha256').update(whole).digest('hex').slice(0, 8);
  return `${whole.slice(0, longest - 9).replace(/-+$/, '')}-${hash}`;
}
