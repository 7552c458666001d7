import type { PodSecurityContext, SecurityContext } from 'kubernetes-types/core/v1.d.ts';

/**
 * What the Pod Security Standard `restricted` asks of every pod, and a little more. No user is named: each image
 * names its own by number, and an image that would run as root is not started.
 */
export function restrictedPod(fsGroup: number): PodSecurityContext {
  return {
    runAsNonRoot: true,
    seccompProfile: { type: 'RuntimeDefault' },
    // The group that volumes are writable for. Ownership is changed only when the root of the volume has another one:
    // a volume with many files would else delay each start.
    fsGroup,
    fsGroupChangePolicy: 'OnRootMismatch',
  };
}

export function restrictedContainer(readOnlyRootFilesystem = true): SecurityContext {
  return {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
    readOnlyRootFilesystem,
  };
}
