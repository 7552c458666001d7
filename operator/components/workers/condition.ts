import type { PartCondition } from '../condition.ts';
import type { SharedReason } from '../reasons.ts';

export const condition = {
  type: 'WorkersReady',
  means: 'Every replica of every worker is available, of the release that serves.',
  // Visitors are served whatever becomes of a queue.
  counts: 'beside',
} as const satisfies PartCondition;

export const reasons = {
  Working: 'Every worker runs, of the release that serves.',
  WorkerResourcesRejected:
    'What a worker asks for of processor, memory or disk cannot be read, or its limit is below its request: correct it as the message says.',
} as const;

export type Reason = SharedReason | keyof typeof reasons;
