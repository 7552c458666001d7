import { createHash } from 'node:crypto';
import type { Site, Worker } from '../site.ts';

/** On pods: the entry that they run. */
export const entryLabel = 'hostedsite.dev/worker';

/** Kubernetes appends 17 characters for the name of a pod, which is its host name: of these there are 63. */
const longest = 46;

export function workerName(site: Pick<Site, 'name'>, { name }: Pick<Worker, 'name'>): string {
  const whole = `${site.name}-worker-${name}`;
  if (whole.length <= longest) return whole;
  const hash = createHash('sha256').update(whole).digest('hex').slice(0, 8);
  return `${whole.slice(0, longest - 9).replace(/-+$/, '')}-${hash}`;
}
