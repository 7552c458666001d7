import type { Pod, Toleration } from 'kubernetes-types/core/v1.d.ts';
import type { Manifest } from '../component.ts';

/**
 * When a pod that can run on any node is made anew elsewhere. Kubernetes' default is 300 s for both taints.
 *
 * Unreachable: nothing was heard of the node for 50 s already; a moment more for one that comes back. Not ready: the node
 * itself says so, and its pods mostly still run; a kubelet or container runtime that is restarted takes less than half a
 * minute, and should move no site.
 */
export const lostNode: Toleration[] = [
  tolerated('node.kubernetes.io/unreachable', 10),
  tolerated('node.kubernetes.io/not-ready', 30),
];

function tolerated(key: string, tolerationSeconds: number): Toleration {
  return { key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds };
}

/** Milliseconds that the clocks of the API server and of the operator may differ. */
const skew = 30_000;

/**
 * When a pod that is being deleted is over, whatever the API still shows; undefined while it may serve. A kubelet that is alive
 * has ended it by the time that it was given. Where none is heard of it is shown until the node comes back, but no Service leads
 * to it once somebody has said that it is not ready, as is said of all pods of a lost node.
 */
export function overAt(pod: Manifest): Date | undefined {
  const { deletionTimestamp } = pod.metadata;
  const ready = (pod as Manifest & Pod).status?.conditions?.find(({ type }) => type === 'Ready');
  if (deletionTimestamp === undefined || ready === undefined || ready.status === 'True') return undefined;
  return new Date(Date.parse(deletionTimestamp) + skew);
}
