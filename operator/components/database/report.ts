import type { StatefulSet } from 'kubernetes-types/apps/v1.d.ts';
import type { Pod } from 'kubernetes-types/core/v1.d.ts';
import { claimReport, larger } from '../claim.ts';
import type { ComponentCondition, Manifest, Observed, Report, Site } from '../component.ts';
import { refusedPods } from '../forbidden.ts';
import type { Refused } from '../forbidden.ts';
import { isUpToDate, live } from '../live.ts';
import { podTrouble, podsOf, troubleReport } from '../pod/pod-trouble.ts';
import { selector } from '../selector.ts';
import type { Trouble } from '../trouble.ts';
import { names } from './names.ts';
import { wantedClaim } from './persistent-volume-claim.ts';

const pod: Refused = { whose: 'the database', fields: 'database.resources', kind: 'statefulset' };

/** What holds the database up, in the order in which it comes up. */
export function report(site: Site, seen: Observed): Report {
  const server = live(seen, 'StatefulSet', names(site).server);
  const pods = podsOf(seen, selector(site, 'database'));
  const volume = claimReport(wantedClaim(site), seen);
  if (server !== undefined && takesConnections(server)) return serving(site, seen, volume);
  if (volume.stalled === true) return volume;
  const trouble = refusedPods(server, seen, pod) ?? podTrouble(pods, seen);
  if (volume.ready.reason === 'Provisioning' && trouble?.stalled !== true) {
    return lookedAtAgain(volume, trouble);
  }
  return trouble === undefined ? { ready: starting(pods) } : troubleReport(trouble);
}

function lookedAtAgain(reported: Report, { recheckAt }: Partial<Trouble> = {}): Report {
  return recheckAt === undefined ? reported : { ...reported, recheckAt };
}

function takesConnections(server: StatefulSet & Manifest): boolean {
  const { readyReplicas = 0, updatedReplicas = 0 } = server.status ?? {};
  return isUpToDate(server) && readyReplicas > 0 && updatedReplicas > 0;
}

/** A volume that grows delays the site's Ready, not its database's service. */
function serving(site: Site, seen: Observed, volume: Report): Report {
  const status = { database: { primary: names(site).primary } };
  if (volume.ready.status !== 'True') return { ...volume, status };
  const message = `The database takes connections.${larger(wantedClaim(site), seen)}`;
  return { ready: { status: 'True', reason: 'Serving', message }, status };
}

function starting(pods: readonly Manifest[]): ComponentCondition {
  const hasRun = pods.some((pod) => (pod as Manifest & Pod).status?.containerStatuses?.some(wasRestarted));
  if (hasRun) {
    const message = 'The database server ended and starts again, or does not answer.';
    return { status: 'False', reason: 'Unavailable', message };
  }
  return { status: 'Unknown', reason: 'Starting', message: 'The database server starts.' };
}

function wasRestarted({ restartCount }: { restartCount: number }): boolean {
  return restartCount > 0;
}
