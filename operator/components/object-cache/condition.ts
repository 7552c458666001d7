import type { PartCondition } from '../condition.ts';

export const condition = {
  type: 'ObjectCacheReady',
  means: 'The object cache takes connections; visitors are served without it too.',
  counts: 'in-ready',
} as const satisfies PartCondition;

/** It gives only those that others give too. */
export const reasons = {} as const;
