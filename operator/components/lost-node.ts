import type { Toleration } from 'kubernetes-types/core/v1.d.ts';

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
