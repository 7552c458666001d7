import type { StatefulSet } from 'kubernetes-types/apps/v1.d.ts';
import type { Job } from 'kubernetes-types/batch/v1.d.ts';
import type { ContainerStatus, Pod } from 'kubernetes-types/core/v1.d.ts';
import type { Manifest, Observed } from '../component.ts';
import { probeKilled, unansweredSince } from './probe.ts';

/** Objects that do not come up and do not say why: the cluster told it in Events alone. */
export interface Silent {
  object: Manifest;
  /** From when on it is worth asking. */
  from: Date;
}

/** Milliseconds: controllers make pods within a moment, and try again for some seconds. */
const patience = 10_000;

/** Of a site: workloads without the pods that they should have, and one pod whose application does not answer the kubelet. */
export function silent(seen: Pick<Observed, 'owned' | 'pods' | 'now'>): Silent[] {
  const podless = seen.owned
    .filter((object) => lacksPods(object) && !seen.pods.some((pod) => isOwnedBy(pod, object)))
    .map((object) => ({ object, from: new Date(createdAt(object) + patience) }));
  const [unanswered] = seen.pods
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .flatMap((pod) => {
      const [from] = containers(pod).flatMap(
        (one) => (probeKilled(one, pod) === undefined ? unansweredSince(one, pod) : seen.now) ?? [],
      );
      return from === undefined ? [] : [{ object: pod, from }];
    });
  return unanswered === undefined ? podless : [...podless, unanswered];
}

/** A Deployment says it itself, in its condition ReplicaFailure. */
export function lacksPods(object: Manifest): boolean {
  if (object.kind === 'StatefulSet') return lacksServers(object);
  return object.kind === 'Job' && lacksRun(object);
}

function lacksServers(object: Manifest): boolean {
  const { spec, status } = object as StatefulSet & Manifest;
  return (status?.replicas ?? 0) < (spec?.replicas ?? 1);
}

function lacksRun(object: Manifest): boolean {
  const { spec, status } = object as Job & Manifest;
  const ends = status?.conditions?.filter(({ status: holds }) => holds === 'True').map(({ type }) => type);
  if (spec?.suspend === true || ends?.some((type) => over.has(type)) === true) return false;
  return (status?.active ?? 0) === 0;
}

const over: ReadonlySet<string> = new Set(['Complete', 'Failed', 'SuccessCriteriaMet', 'FailureTarget']);

export function isOwnedBy(
  { metadata: { ownerReferences } }: Manifest,
  { metadata: { uid } }: { metadata: { uid?: string } },
): boolean {
  return ownerReferences?.some((owner) => owner.uid === uid) === true;
}

function createdAt({ metadata: { creationTimestamp } }: Manifest): number {
  return Date.parse(creationTimestamp ?? '') || 0;
}

function containers(pod: Manifest): ContainerStatus[] {
  return (pod as Manifest & Pod).status?.containerStatuses ?? [];
}
