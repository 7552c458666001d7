import type { Manifest, Observed, Revision } from '../components/component.ts';
import { isRecord } from '../objects/difference.ts';
import { componentOf, revisionLabel } from '../objects/labels.ts';

/** What the Deployment of the serving pods says about itself; numbers that it leaves out are 0. */
export interface Rollout {
  /** Its controller has acted on the latest spec. */
  isObserved: boolean;
  revision: string | undefined;
  desired: number;
  replicas: number;
  updated: number;
  available: number;
}

export function rollout(seen: Observed): Rollout | undefined {
  const deployment = seen.owned.find(
    (object) => object.kind === 'Deployment' && componentOf(object) === 'web',
  );
  if (deployment === undefined) return undefined;
  const [spec, status] = [asRecord(deployment['spec']), asRecord(deployment['status'])];
  const labels = asRecord(asRecord(asRecord(spec['template'])['metadata'])['labels']);
  return {
    isObserved: count(status['observedGeneration']) >= (deployment.metadata.generation ?? 0),
    revision: labels[revisionLabel] as string | undefined,
    desired: typeof spec['replicas'] === 'number' ? spec['replicas'] : 1,
    replicas: count(status['replicas']),
    updated: count(status['updatedReplicas']),
    available: count(status['availableReplicas']),
  };
}

/**
 * Every replica runs the revision and is available, and no serving pod of another one is left. A pod that terminates
 * counts until it is gone: only then every request is answered by the revision.
 */
export function isRolledOut(seen: Observed, revision: Revision): boolean {
  const facts = rollout(seen);
  if (facts === undefined || !facts.isObserved || facts.revision !== revision.name) return false;
  const { desired, replicas, updated, available } = facts;
  const isComplete = [replicas, updated, available].every((number) => number === desired);
  return isComplete && !seen.pods.some((pod) => servesAnother(pod, revision));
}

/** At no replicas nothing is known of a release. */
export function serves(revision: Revision, seen: Observed): boolean {
  return isRolledOut(seen, revision) && (rollout(seen)?.available ?? 0) > 0;
}

/** Pods that ended, evicted ones for instance, are kept as records and serve nobody. */
function servesAnother(pod: Manifest, revision: Revision): boolean {
  const phase = asRecord(pod['status'])['phase'];
  const hasEnded = phase === 'Succeeded' || phase === 'Failed';
  return componentOf(pod) === 'web' && !hasEnded && pod.metadata.labels?.[revisionLabel] !== revision.name;
}

function count(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

function asRecord(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}
