import type { Deployment, DeploymentCondition } from 'kubernetes-types/apps/v1.d.ts';
import type { Pod } from 'kubernetes-types/core/v1.d.ts';
import type { Manifest, Observed, Released, Report, Site } from '../component.ts';
import { databaseServes, isUpToDate, live } from '../live.ts';
import type { Live } from '../live.ts';
import { podTrouble, podsOf, troubleReport } from '../pod-trouble.ts';
import { selector } from '../selector.ts';
import type { Trouble } from '../trouble.ts';
import { forbidden } from './forbidden.ts';

/** Whether every replica runs the wanted release and is available, and if not, what is in the way. */
export function report(site: Site, seen: Observed, { revision }: Released): Report {
  const deployment = live(seen, 'Deployment', `${site.name}-web`);
  const pods = podsOf(seen, selector(site, 'web'));
  const [current, others] = divided(pods, revision.name);
  const trouble = podTrouble(current, seen.now);
  if (trouble !== undefined) return troubled(trouble, site, seen);
  if (deployment === undefined || !isUpToDate(deployment)) return unknown('Starting', 'The pods start.');
  return refusedByCluster(deployment) ?? progress(deployment, others.length > 0);
}

function divided(pods: readonly Manifest[], revision: string): [Manifest[], Manifest[]] {
  const isCurrent = (pod: Manifest) => pod.metadata.labels?.['hostedsite.dev/revision'] === revision;
  return [pods.filter(isCurrent), pods.filter((pod) => !isCurrent(pod) && !hasEnded(pod))];
}

/** Pods that ended, evicted ones for instance, are kept as records and serve nobody. */
function hasEnded(pod: Manifest): boolean {
  const { phase } = (pod as Manifest & Pod).status ?? {};
  return phase === 'Succeeded' || phase === 'Failed';
}

/** Many applications end when their database does not answer yet: that passes without a person. */
function troubled(trouble: Trouble, site: Site, seen: Observed): Report {
  if (trouble.reason === 'ContainerCrashing' && !databaseServes(site, seen)) {
    return unknown(
      'WaitingForDatabase',
      'The application ends again and again while its database does not answer.',
    );
  }
  return troubleReport(trouble);
}

function refusedByCluster(deployment: Live<'Deployment'>): Report | undefined {
  const failure = condition(deployment, 'ReplicaFailure');
  if (failure?.status === 'True') {
    return stalled('PodsForbidden', `The cluster refuses the pods: ${forbidden(failure.message ?? '')}.`);
  }
  const progressing = condition(deployment, 'Progressing');
  if (progressing?.status === 'False' && progressing.reason === 'ProgressDeadlineExceeded') {
    const seconds = deployment.spec?.progressDeadlineSeconds;
    const message =
      `The new pods did not become ready within ${seconds} seconds. Their logs say why; ` +
      'what ran before runs on. Correct the release, or go back to the last good image.';
    return stalled('ProgressDeadlineExceeded', message);
  }
  return undefined;
}

function progress(deployment: Live<'Deployment'>, areOthersLeft: boolean): Report {
  const { wanted, replicas, updated, available } = counts(deployment);
  const isComplete = [replicas, updated, available].every((count) => count === wanted);
  if (isComplete && !areOthersLeft) return inForce(wanted);
  if (areOthersLeft || replicas > updated) return unknown('RollingOut', 'New pods take over from old ones.');
  const wasComplete = condition(deployment, 'Progressing')?.reason === 'NewReplicaSetAvailable';
  if (wasComplete && wanted > 0 && available === 0) {
    const message = 'No pod serves; Kubernetes restarts them.';
    return { ready: { status: 'False', reason: 'Unavailable', message } };
  }
  return unknown('Starting', 'The pods start.');
}

function counts({ spec, status }: Live<'Deployment'>) {
  const { replicas = 0, updatedReplicas: updated = 0, availableReplicas: available = 0 } = status ?? {};
  return { wanted: spec?.replicas ?? 1, replicas, updated, available };
}

function inForce(wanted: number): Report {
  if (wanted === 0) {
    const message = 'The site has no replicas, as its spec wants; nobody is served.';
    return { ready: { status: 'True', reason: 'ScaledToZero', message } };
  }
  return {
    ready: { status: 'True', reason: 'Serving', message: 'Every replica runs the release and is available.' },
  };
}

function condition({ status }: Deployment, type: string): DeploymentCondition | undefined {
  return status?.conditions?.find((one) => one.type === type);
}

function unknown(reason: 'Starting' | 'RollingOut' | 'WaitingForDatabase', message: string): Report {
  return { ready: { status: 'Unknown', reason, message } };
}

function stalled(reason: 'PodsForbidden' | 'ProgressDeadlineExceeded', message: string): Report {
  return { ready: { status: 'False', reason, message }, stalled: true };
}
