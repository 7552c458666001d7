import { eventually, kubectl, request } from '../cluster.ts';
import type { VisitedSite } from './visited-site.ts';
import { visitedSite } from './visited-site.ts';

/** A bad neighbour: the image `node-example` with the program that does on request what no application should. */
export interface LoudSite {
  readonly site: VisitedSite;
  /** Begins, and returns when Kubernetes has put an end to it, or when nothing will. */
  readonly begin: (fault: Fault) => Promise<void>;
  /** Begins anew with a pod of its own. */
  readonly calm: () => Promise<void>;
}

export type Fault = 'burn' | 'leak' | 'fill' | 'log';

export async function loudSite(namespace: string, name: string): Promise<LoudSite> {
  const site = await visitedSite(namespace, name, {
    files: undefined,
    web: { command: ['/usr/local/bin/node', '/srv/loud.mjs'], scratchSize: '64Mi' },
    rollout: { terminationGracePeriodSeconds: 2 },
  });
  const selector = ['-n', namespace, '-l', `app.kubernetes.io/instance=${name}`];
  const ends: Partial<Record<Fault, () => Promise<boolean>>> = {
    leak: async () =>
      (await field('{.items[*].status.containerStatuses[*].lastState}')).includes('OOMKilled'),
    fill: async () => (await field('{.items[*].status.reason}')).includes('Evicted'),
  };
  const field = (path: string): Promise<string> =>
    kubectl(['get', 'pods', ...selector, '-o', `jsonpath=${path}`]);
  return {
    site,
    begin: async (fault) => {
      await request(site.host, `/${fault}`, { method: 'POST' });
      const end = ends[fault];
      if (end !== undefined)
        await eventually(`an end is put to ${fault}`, 100, async () => (await end()) || undefined);
    },
    calm: async () => {
      await kubectl(['delete', 'pods', ...selector]);
      await site.settled();
    },
  };
}
