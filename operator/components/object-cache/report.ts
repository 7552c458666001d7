import type { ComponentCondition, Observed, Report, Site } from '../component.ts';
import { isUpToDate, live } from '../live.ts';
import type { Live } from '../live.ts';
import { podTrouble, podsOf, troubleReport } from '../pod-trouble.ts';
import { selector } from '../selector.ts';
import { objectCacheName } from './names.ts';

/** Whether the server of the wanted engine takes connections. Visitors are served without it. */
export function report(site: Site, seen: Observed): Report {
  const deployment = live(seen, 'Deployment', objectCacheName(site));
  if (deployment !== undefined && isUpToDate(deployment)) {
    if (takesConnections(deployment)) return { ready: serving };
    if (isRefused(deployment)) return { ready: refused, stalled: true };
  }
  const trouble = podTrouble(podsOf(seen, selector(site, 'object-cache')), seen.now);
  return trouble === undefined ? { ready: starting } : troubleReport(trouble);
}

function takesConnections({ status }: Live<'Deployment'>): boolean {
  const { availableReplicas = 0, updatedReplicas = 0 } = status ?? {};
  return availableReplicas > 0 && updatedReplicas > 0;
}

/** The cluster says it of pods that it did not let in, and takes it back when it does. */
function isRefused({ status }: Live<'Deployment'>): boolean {
  return status?.conditions?.some((one) => one.type === 'ReplicaFailure' && one.status === 'True') === true;
}

const serving: ComponentCondition = {
  status: 'True',
  reason: 'Serving',
  message: 'The object cache takes connections.',
};

const refused: ComponentCondition = {
  status: 'False',
  reason: 'PodsForbidden',
  message:
    'The cluster refuses the pod of the object cache, and the site serves without it: kubectl describe replicaset says why. ' +
    'If a quota has no room, lower objectCache.memory or raise the quota.',
};

const starting: ComponentCondition = {
  status: 'Unknown',
  reason: 'Starting',
  message: 'The object cache starts; no visitor waits for it.',
};
