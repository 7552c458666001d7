import type { ComponentCondition, Observed, Report, Site } from '../component.ts';
import { isUpToDate, live } from '../live.ts';
import type { Live } from '../live.ts';
import { leadsToStandIn, maintenanceName } from '../maintenance.ts';
import { podTrouble, podsOf, troubleReport } from '../pod-trouble.ts';
import { selector } from '../selector.ts';

/** Undefined when no maintenance is wanted and none is left. */
export function maintenanceReport(site: Site, seen: Observed): Report | undefined {
  const isShown = leadsToStandIn(site, seen);
  if (site.route.maintenance === undefined) {
    return isShown ? progressing('The hosts are led back from the maintenance page.') : undefined;
  }
  const trouble = podTrouble(podsOf(seen, selector(site, 'cache')), seen.now);
  if (trouble !== undefined) return troubleReport(trouble);
  const standIn = live(seen, 'Deployment', maintenanceName(site));
  if (standIn !== undefined && isRefused(standIn)) return refused(site);
  if (standIn === undefined || !isRolledOut(standIn)) return progressing('The maintenance page starts.');
  if (!isShown) return progressing('The hosts are led to the maintenance page.');
  const message = 'Visitors of the hosts get the maintenance page.';
  return { ready: { status: 'True', reason: 'Maintenance', message } };
}

function progressing(message: string): { ready: ComponentCondition } {
  return { ready: { status: 'Unknown', reason: 'Progressing', message } };
}

function isRolledOut(standIn: Live<'Deployment'>): boolean {
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = standIn.status ?? {};
  const wanted = standIn.spec?.replicas;
  return isUpToDate(standIn) && [replicas, updatedReplicas, availableReplicas].every((n) => n === wanted);
}

function isRefused({ status }: Live<'Deployment'>): boolean {
  return status?.conditions?.some((one) => one.type === 'ReplicaFailure' && one.status === 'True') ?? false;
}

function refused(site: Site): Report {
  const message = `The cluster refuses the pods of the maintenance page: kubectl describe replicaset -l app.kubernetes.io/instance=${site.name} says why. The site is served as before.`;
  return { ready: { status: 'False', reason: 'PodsForbidden', message }, stalled: true };
}
