import type { ComponentCondition, Observed, Report, Site } from '../component.ts';
import { refusal, replicaFailure } from '../forbidden.ts';
import { isUpToDate, live } from '../live.ts';
import type { Live } from '../live.ts';
import { podTrouble, podsOf, troubleReport } from '../pod/pod-trouble.ts';
import { selector } from '../selector.ts';
import { leadsToMaintenancePage, maintenancePageCause, maintenancePageName } from '../maintenance-page.ts';
import type { Cause } from '../maintenance-page.ts';

interface Words {
  page: string;
  shown: string;
  /** What visitors get when the cluster refuses its pods. */
  otherwise: string;
}

const words: Record<Cause, Words> = {
  Maintenance: {
    page: 'maintenance page',
    shown: 'Visitors of the hosts get the maintenance page.',
    otherwise: 'The site is served as before.',
  },
  ScaledToZero: {
    page: 'page of the switched-off site',
    shown: 'The site has no replicas, as its spec wants: visitors of the hosts get a page that says so.',
    otherwise: 'Visitors get an error of the ingress controller instead.',
  },
};

/** Undefined when nothing stands in for the site, and nothing shall. */
export function maintenancePageReport(site: Site, seen: Observed): Report | undefined {
  const isShown = leadsToMaintenancePage(site, seen);
  const cause = maintenancePageCause(site);
  if (cause === undefined) {
    return isShown ? progressing('The hosts are led back to the site when a pod of it serves.') : undefined;
  }
  const { page, shown, otherwise } = words[cause];
  const trouble = podTrouble(podsOf(seen, selector(site, 'cache')), seen);
  if (trouble !== undefined) return troubleReport(trouble);
  const maintenancePage = live(seen, 'Deployment', maintenancePageName(site));
  const failure = maintenancePage && replicaFailure(maintenancePage);
  if (failure !== undefined) return refused(failure, page, otherwise);
  if (maintenancePage === undefined || !isRolledOut(maintenancePage))
    return progressing(`The ${page} starts.`);
  if (!isShown) return progressing(`The hosts are led to the ${page}.`);
  return { ready: { status: 'True', reason: cause, message: shown } };
}

function progressing(message: string): { ready: ComponentCondition } {
  return { ready: { status: 'Unknown', reason: 'Progressing', message } };
}

function isRolledOut(maintenancePage: Live<'Deployment'>): boolean {
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = maintenancePage.status ?? {};
  const desired = maintenancePage.spec?.replicas;
  return (
    isUpToDate(maintenancePage) && [replicas, updatedReplicas, availableReplicas].every((n) => n === desired)
  );
}

function refused(words: string, page: string, otherwise: string): Report {
  const { reason, message } = refusal(words, {
    whose: `the ${page}`,
    fields: 'cache.resources',
    kind: 'replicaset',
  });
  return { ready: { status: 'False', reason, message: `${message} ${otherwise}` }, stalled: true };
}
