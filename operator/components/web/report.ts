import type { Deployment, DeploymentCondition } from 'kubernetes-types/apps/v1.d.ts';
import type { Pod } from 'kubernetes-types/core/v1.d.ts';
import type { Manifest, Observed, Released, Report, Revision, Site } from '../component.ts';
import { refusal, replicaFailure } from '../forbidden.ts';
import { databaseServes, isUpToDate, live } from '../live.ts';
import type { Live } from '../live.ts';
import { podTrouble, podsOf, troubleReport } from '../pod/pod-trouble.ts';
import { answer } from '../pod/probe.ts';
import { rolledBackMessage } from '../release-state.ts';
import { selector } from '../selector.ts';
import type { Trouble } from '../trouble.ts';
import { failure } from './failure.ts';

/** Whether every replica runs the wanted release and is available, and if not, what is in the way. */
export function report(site: Site, seen: Observed, { revision, state }: Released): Report {
  const deployment = live(seen, 'Deployment', `${site.name}-web`);
  const [current, others] = divided(podsOf(seen, selector(site, 'web')), revision.name);
  const reported = running(site, seen, deployment, [current, others]);
  if (state.is === 'rolledBack') return takenBack(state.desired, revision, reported);
  if (deployment === undefined || !isTooLate(deployment, revision, current)) return reported;
  return { ...reported, failure: failure(site, current, revision, seen) };
}

function running(
  site: Site,
  seen: Observed,
  deployment: Live<'Deployment'> | undefined,
  [current, others]: readonly [Manifest[], Manifest[]],
): Report {
  const trouble = podTrouble(current, seen);
  if (trouble !== undefined) return troubled(trouble, site, seen);
  if (deployment === undefined || !isUpToDate(deployment)) return unknown('Starting', 'The pods start.');
  const isOverdue = timedOut(deployment) && !isNamed(deployment, others);
  return (
    refusedByCluster(deployment, others.length > 0) ??
    (isOverdue
      ? overdue(deployment, others.length > 0)
      : unanswered(progress(deployment, others, seen), seen, current))
  );
}

/** What the spec asks for does not run, whatever becomes of the release that runs in its place. */
function takenBack(failed: Revision, revision: Revision, reported: Report): Report {
  const message = rolledBackMessage(failed, revision);
  const trouble = reported.stalled === true ? `${reported.ready.message} ` : '';
  return {
    ...reported,
    ready: { status: 'False', reason: 'RolledBack', message: trouble + message },
    stalled: true,
  };
}

/**
 * Kubernetes' own clock says so, about the pods of this very release. A cluster that refuses pods would refuse those of
 * another release too: then it waits.
 */
function isTooLate(
  deployment: Live<'Deployment'>,
  { name }: Revision,
  current: readonly Manifest[],
): boolean {
  if (!isUpToDate(deployment) || !timedOut(deployment) || !isNamed(deployment, current)) return false;
  const isRefused = replicaFailure(deployment) !== undefined;
  const labels = deployment.spec?.template.metadata?.labels ?? {};
  return !isRefused && labels['hostedsite.dev/revision'] === name;
}

function timedOut(deployment: Live<'Deployment'>): boolean {
  const progressing = condition(deployment, 'Progressing');
  return progressing?.status === 'False' && progressing.reason === 'ProgressDeadlineExceeded';
}

/**
 * Whether the deadline that passed was that of these pods: Kubernetes names their ReplicaSet, and what it says of one stays
 * until another makes progress.
 */
function isNamed(deployment: Live<'Deployment'>, pods: readonly Manifest[]): boolean {
  const { message = '' } = condition(deployment, 'Progressing') ?? {};
  const hashes = pods.flatMap(({ metadata }) => metadata.labels?.['pod-template-hash'] ?? []);
  return hashes.some((hash) => message.includes(`-${hash}"`));
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

function refusedByCluster(deployment: Live<'Deployment'>, isRoll: boolean): Report | undefined {
  const failure = replicaFailure(deployment);
  if (failure === undefined) return undefined;
  const fields = 'web.resources, cache.resources';
  return troubleReport(refusal(failure, { whose: 'the site', fields, kind: 'replicaset', isRoll }));
}

function overdue(deployment: Live<'Deployment'>, areOthersLeft: boolean): Report {
  const seconds = deployment.spec?.progressDeadlineSeconds;
  const advice = areOthersLeft
    ? '; what ran before runs on. Correct the release, or go back to the last good image.'
    : ': correct the release.';
  const message = `The new pods did not become ready within ${seconds} seconds. Their logs say why${advice}`;
  return { ready: { status: 'False', reason: 'ProgressDeadlineExceeded', message }, stalled: true };
}

function progress(deployment: Live<'Deployment'>, others: readonly Manifest[], seen: Observed): Report {
  const { desired, replicas, updated, available } = counts(deployment);
  const isComplete = [replicas, updated, available].every((count) => count === desired);
  if (isComplete && others.length === 0) return inForce(desired);
  if (isComplete) return unknown('RollingOut', leftOver(others, seen));
  if (others.length > 0 || replicas > updated) return unknown('RollingOut', takeOver);
  const wasComplete = condition(deployment, 'Progressing')?.reason === 'NewReplicaSetAvailable';
  if (wasComplete && desired > 0 && available === 0) {
    const message = 'No pod serves; Kubernetes restarts them.';
    return { ready: { status: 'False', reason: 'Unavailable', message } };
  }
  return unknown('Starting', 'The pods start.');
}

const takeOver = 'New pods take over from old ones.';

/** Of pods that are there although every replica runs the release: some end, and one that no release made nobody will end. */
function leftOver(others: readonly Manifest[], seen: Observed): string {
  const stranger = others.find((pod) => isStranger(pod, seen));
  if (stranger === undefined) return takeOver;
  const { name } = stranger.metadata;
  const label = 'app.kubernetes.io/component';
  return `The pod ${name} has the labels of the site's own and is of no release of it. Delete it, or take its label ${label} away.`;
}

/** It has the labels by which the site's Service finds its pods. */
function isStranger({ metadata }: Manifest, { revisions }: Observed): boolean {
  const isControlled = metadata.ownerReferences?.some(({ controller }) => controller === true) === true;
  const name = metadata.labels?.['hostedsite.dev/revision'];
  return !isControlled && !revisions.some((revision) => revision.name === name);
}

/** What the kubelet was told so far, where it asks in vain for longer than most applications take to start. */
function unanswered(reported: Report, seen: Observed, pods: readonly Manifest[]): Report {
  const back = answer(seen, pods, 'application');
  if (back === undefined || reported.ready.status !== 'Unknown') return reported;
  const message = `${reported.ready.message} The application does not answer web.healthPath with 2xx or 3xx so far: ${back}.`;
  return { ...reported, ready: { ...reported.ready, message } };
}

function counts({ spec, status }: Live<'Deployment'>) {
  const { replicas = 0, updatedReplicas: updated = 0, availableReplicas: available = 0 } = status ?? {};
  return { desired: spec?.replicas ?? 1, replicas, updated, available };
}

function inForce(desired: number): Report {
  if (desired === 0) {
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
