import type { Pod } from 'kubernetes-types/core/v1.d.ts';
import type { ComponentCondition, Manifest, Observed, Report, Site } from '../component.ts';
import { refusal, replicaFailure } from '../forbidden.ts';
import { isHeld } from '../holds.ts';
import { databaseServes, isInstalled, isUpToDate, live } from '../live.ts';
import type { Live } from '../live.ts';
import { podTrouble, podsOf } from '../pod/pod-trouble.ts';
import type { Worker } from '../site.ts';
import type { Trouble } from '../trouble.ts';
import type { Reason } from './condition.ts';
import { labelsOf, minReadySeconds } from './deployment.ts';
import { workerName } from './names.ts';

/** Seconds by which the clocks of a node and of the operator may differ, and more than Kubernetes takes to count a pod. */
const skew = 5;

/** Nothing waits for workers: no person is asked for by `Stalled`, and what is wrong with them is said here alone. */
export function report(site: Site, seen: Observed): Report {
  if (isHeld(site, 'Workers')) return { ready: unknown('CommandRunning') };
  const workers = site.workers ?? [];
  const all = workers.map((worker) => ({ worker, state: stateOf(site, worker, seen) }));
  const troubles = all.flatMap(({ worker, state }) => (isTrouble(state) ? [{ worker, ...state }] : []));
  const times = troubles.flatMap(({ recheckAt }) => recheckAt?.getTime() ?? []);
  return {
    ready: condition(site, troubles, new Set(all.map(({ state }) => state))),
    ...(times.length === 0 ? {} : { recheckAt: new Date(Math.min(...times)) }),
  };
}

type State = Trouble | keyof typeof sentences | 'Working';

const sentences = {
  Installing: 'Workers begin when the first installation is done.',
  CommandRunning: 'There are no workers while visitors get the page of the release.',
  Progressing: 'The workers are being made.',
  WaitingForDatabase: 'A worker ends again and again while the database does not answer.',
  RollingOut: 'New pods of the workers take over from old ones.',
  Starting: 'The workers start.',
} as const satisfies Partial<Record<Reason, string>>;

function isTrouble(state: State): state is Trouble {
  return typeof state !== 'string';
}

function condition(
  site: Site,
  troubles: readonly (Trouble & { worker: Worker })[],
  states: ReadonlySet<State>,
): ComponentCondition {
  const stalled = troubles.filter((one) => one.stalled);
  const [first] = stalled.length > 0 ? stalled : troubles;
  if (first !== undefined) {
    const reported = stalled.length > 0 ? stalled : troubles;
    const message = reported.map(({ worker, message: why }) => `The worker ${worker.name}: ${why}`).join(' ');
    return { status: first.stalled ? 'False' : 'Unknown', reason: first.reason, message };
  }
  const [reason] = Object.keys(sentences).filter((one) => states.has(one as State));
  if (reason !== undefined) return unknown(reason as keyof typeof sentences);
  if (site.replicas === 0) {
    const message = 'The site has no replicas, as its spec wants, and so no workers.';
    return { status: 'True', reason: 'ScaledToZero', message };
  }
  return { status: 'True', reason: 'Working', message: 'Every worker runs, of the release that serves.' };
}

function unknown(reason: keyof typeof sentences): ComponentCondition {
  return { status: 'Unknown', reason, message: sentences[reason] };
}

function stateOf(site: Site, worker: Worker, seen: Observed): State {
  const deployment = live(seen, 'Deployment', workerName(site, worker));
  if (deployment === undefined) return isInstalled(site, seen) ? 'Progressing' : 'Installing';
  const isKnown = isUpToDate(deployment);
  if (isKnown && isComplete(deployment)) return 'Working';
  const failure = isKnown ? replicaFailure(deployment) : undefined;
  if (failure !== undefined) {
    const fields = 'resources of its entry in spec.workers';
    return refusal(failure, { whose: 'it', fields, kind: 'replicaset' });
  }
  return troubled(site, worker, seen) ?? underWay(deployment);
}

function troubled(site: Site, worker: Worker, seen: Observed): State | undefined {
  const pods = podsOf(seen, labelsOf(site, worker)).map((pod) => judged(pod, seen.now));
  const trouble = podTrouble(pods, seen);
  const isForDatabase = trouble?.reason === 'ContainerCrashing' && !databaseServes(site, seen);
  return isForDatabase ? 'WaitingForDatabase' : trouble;
}

function isComplete(deployment: Live<'Deployment'>): boolean {
  const { desired, replicas, updated, available } = counts(deployment);
  return [replicas, updated, available].every((count) => count === desired);
}

function underWay(deployment: Live<'Deployment'>): State {
  const { replicas, updated } = counts(deployment);
  return replicas > updated ? 'RollingOut' : 'Starting';
}

function counts({ spec, status }: Live<'Deployment'>) {
  const { replicas = 0, updatedReplicas: updated = 0, availableReplicas: available = 0 } = status ?? {};
  return { desired: spec?.replicas ?? 1, replicas, updated, available };
}

/**
 * The kubelet calls a container without a probe ready as soon as it runs, also between two ends. It is so when it has run for
 * as long as Kubernetes waits to count it.
 */
function judged(pod: Manifest, now: Date): Manifest {
  const { status } = pod as Manifest & Pod;
  const containerStatuses = (status?.containerStatuses ?? []).map((one) => {
    const begun = Date.parse(one.state?.running?.startedAt ?? '');
    const isProved = now.getTime() - begun >= (minReadySeconds + skew) * 1000;
    return { ...one, ready: one.ready && isProved };
  });
  return { ...pod, status: { ...status, containerStatuses } };
}
