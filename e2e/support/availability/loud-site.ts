import { eventually, kubectl, request } from '../cluster.ts';
import type { VisitedSite } from './visited-site.ts';
import { visitedSite } from './visited-site.ts';

/** A bad neighbour: the image `node-example` with the program that does on request what no application should. */
export interface LoudSite {
  readonly site: VisitedSite;
  readonly begin: (fault: Fault) => Promise<void>;
  /** Returns when its container was killed for a leak. */
  readonly killed: () => Promise<void>;
  /** Begins anew with a pod of its own. */
  readonly calm: () => Promise<void>;
}

export type Fault = 'burn' | 'fill' | 'leak' | 'log';

export async function loudSite(namespace: string, name: string): Promise<LoudSite> {
  const site = await visitedSite(namespace, name, {
    files: undefined,
    web: { command: ['/usr/local/bin/node', '/srv/loud.mjs'] },
    rollout: { terminationGracePeriodSeconds: 2 },
  });
  const selector = ['-n', namespace, '-l', `app.kubernetes.io/instance=${name}`];
  const lastStates = ['-o', 'jsonpath={.items[*].status.containerStatuses[*].lastState}'];
  const isKilled = async (): Promise<true | undefined> =>
    (await kubectl(['get', 'pods', ...selector, ...lastStates])).includes('OOMKilled') ? true : undefined;
  return {
    site,
    begin: async (fault) => {
      await request(site.host, `/${fault}`, { method: 'POST' });
    },
    killed: async () => {
      await eventually('the leak has been stopped', 60, isKilled);
    },
    calm: async () => {
      await kubectl(['delete', 'pods', ...selector]);
      await site.settled();
    },
  };
}
