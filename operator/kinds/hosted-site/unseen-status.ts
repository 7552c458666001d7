import type { Reason } from './reasons.ts';
import type { HostedSiteStatus } from './status.ts';

/**
 * What the API server says of an object whose status nobody has written, as the Gateway API does it. Tools that wait
 * (Helm, Flux, Argo CD, whatever goes by kstatus) take an object without conditions for one that is ready.
 */
export const unseenStatus = {
  observedGeneration: 0,
  conditions: (
    [
      ['Ready', 'Unknown'],
      ['Reconciling', 'True'],
    ] as const
  ).map(([type, status]) => ({
    type,
    status,
    observedGeneration: 0,
    lastTransitionTime: '1970-01-01T00:00:00Z',
    reason: 'Pending' satisfies Reason,
    message: 'Waiting for the operator.',
  })),
} satisfies HostedSiteStatus;

/** Generations count from 1. */
export function isUnseen({ observedGeneration }: HostedSiteStatus): boolean {
  return observedGeneration === unseenStatus.observedGeneration;
}
