import { eventually, kubectl, request } from '../cluster.ts';
import type { VisitedSite } from './visited-site.ts';
import { visitedSite } from './visited-site.ts';

/** A bad neighbour: the image `node-example` with the program that does on request what no application should. */
export interface LoudSite {
  readonly site: VisitedSite;
  readonly begin: (fault: Fault) => Promise<void>;
  /** How much it has done of it: seconds of a processor, or bytes. */
  readonly done: (fault: Exclude<Fault, 'leak'>) => Promise<number>;
  /** Returns when Kubernetes has stopped what it stops: a leak by killing its container, a full `/tmp` by evicting the pod. */
  readonly stopped: (fault: 'leak' | 'fill') => Promise<void>;
  /** Begins anew with a pod of its own. */
  readonly calm: () => Promise<void>;
}

export type Fault = 'burn' | 'fill' | 'leak' | 'log';

export async function loudSite(namespace: string, name: string): Promise<LoudSite> {
  const site = await visitedSite(namespace, name, {
    files: undefined,
    // Half of what it writes to /tmp.
    web: { command: ['/usr/local/bin/node', '/srv/loud.mjs'], scratchSize: '256Mi' },
    rollout: { terminationGracePeriodSeconds: 2 },
  });
  const selector = ['-n', namespace, '-l', `app.kubernetes.io/instance=${name}`];
  const isKilled = async (): Promise<boolean> => {
    const lastStates = ['-o', 'jsonpath={.items[*].status.containerStatuses[*].lastState}'];
    return (await kubectl(['get', 'pods', ...selector, ...lastStates])).includes('OOMKilled');
  };
  // Its status does not say so: a pod whose containers end well when they are told to has succeeded, evicted or not.
  const isEvicted = async (): Promise<boolean> => {
    const pods = (await kubectl(['get', 'pods', ...selector, '-o', 'name'])).split('\n');
    const events = ['events', '-n', namespace, '--field-selector', 'reason=Evicted'];
    const evicted = await kubectl(['get', ...events, '-o', 'jsonpath={.items[*].involvedObject.name}']);
    return evicted.split(' ').some((pod) => pods.includes(`pod/${pod}`));
  };
  return {
    site,
    begin: async (fault) => {
      const { status } = await request(site.host, `/${fault}`, { method: 'POST' });
      if (status !== 200) throw new Error(`it does not begin to ${fault}: ${status}`);
    },
    done: async (fault) => {
      const { body } = await request(site.host, '/done', { method: 'POST' });
      return (JSON.parse(body) as Record<string, number>)[fault] ?? 0;
    },
    stopped: async (fault) => {
      const isStopped = { leak: isKilled, fill: isEvicted }[fault];
      // The kubelet looks at what volumes hold now and then.
      await eventually(`the ${fault} has been stopped`, 150, async () => (await isStopped()) || undefined);
    },
    calm: async () => {
      await kubectl(['delete', 'pods', ...selector]);
      await site.settled();
    },
  };
}
