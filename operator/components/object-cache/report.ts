import type { ComponentCondition, Observed, Report, Site } from '../component.ts';
import { refusal, replicaFailure } from '../forbidden.ts';
import { isUpToDate, live } from '../live.ts';
import type { Live } from '../live.ts';
import { podTrouble, podsOf, troubleReport } from '../pod/pod-trouble.ts';
import { selector } from '../selector.ts';
import { objectCacheName } from './names.ts';

/** Whether the server of the wanted engine takes connections. Visitors are served without it. */
export function report(site: Site, seen: Observed): Report {
  const deployment = live(seen, 'Deployment', objectCacheName(site));
  if (deployment !== undefined && isUpToDate(deployment)) {
    if (takesConnections(deployment)) return { ready: serving };
    const failure = replicaFailure(deployment);
    if (failure !== undefined) return refused(failure);
  }
  const trouble = podTrouble(podsOf(seen, selector(site, 'object-cache')), seen);
  return trouble === undefined ? { ready: starting } : troubleReport(trouble);
}

function takesConnections({ status }: Live<'Deployment'>): boolean {
  const { availableReplicas = 0, updatedReplicas = 0 } = status ?? {};
  return availableReplicas > 0 && updatedReplicas > 0;
}

const serving: ComponentCondition = {
  status: 'True',
  reason: 'Serving',
  message: 'The object cache takes connections.',
};

function refused(words: string): Report {
  const { reason, message } = refusal(words, {
    whose: 'the object cache',
    fields: 'objectCache.memory or objectCache.resources',
    kind: 'replicaset',
  });
  const ready: ComponentCondition = {
    status: 'False',
    reason,
    message: `${message} The site serves without it.`,
  };
  return { ready, stalled: true };
}

const starting: ComponentCondition = {
  status: 'Unknown',
  reason: 'Starting',
  message: 'The object cache starts; no visitor waits for it.',
};
