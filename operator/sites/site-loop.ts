import type { Loop } from '../kube/loop/loop.ts';
import { sitesToWake } from './hosts/reservation.ts';
import { reconcileSite } from './reconcile-site.ts';
import { everySite, triggers } from './triggers.ts';
import type { SiteContext } from './context.ts';

const minute = 60_000;
const hour = 60 * minute;

/** Looks after HostedSites. */
export function siteLoop(context: SiteContext): Loop {
  const { operatorNamespace } = context;
  return {
    name: 'hostedsite',
    timing: { gather: 250, waiting: 5 * minute, resync: 10 * hour, workers: 16 },
    // What a site is told to be, and what must not be forgotten of it.
    mustBeCurrent: ['HostedSite', 'PersistentVolumeClaim', 'ControllerRevision'],
    first: [],
    wakes: (change, lookup) =>
      sitesToWake(change, lookup.cluster, operatorNamespace)?.map((key) => ({
        key,
        priority: 'drift',
        canWait: false,
      })) ?? triggers(change, lookup),
    wakesOfKind: (kind, lookup) => (kind === 'SiteTask' ? [] : everySite(lookup)),
    reconcile: (key) => reconcileSite(key, context),
  };
}
