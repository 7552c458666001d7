import type { ConditionType } from './conditions.ts';
import type { TaskReason } from './reasons.ts';
import type { SiteTaskStatus } from './status.ts';

const reported: [ConditionType, 'True' | 'False' | 'Unknown'][] = [
  ['Succeeded', 'Unknown'],
  ['Reconciling', 'True'],
  ['Stalled', 'False'],
];

/** What the API server says of a task that no operator has seen, so that nobody takes it for done. */
export const unseenStatus = {
  observedGeneration: 0,
  phase: 'Pending',
  reason: 'Pending' satisfies TaskReason,
  conditions: reported.map(([type, status]) => ({
    type,
    status,
    observedGeneration: 0,
    lastTransitionTime: '1970-01-01T00:00:00Z',
    reason: 'Pending' satisfies TaskReason,
    message: 'Waiting for the operator.',
  })),
} satisfies SiteTaskStatus;
