import type { PartCondition } from '../condition.ts';

export const condition = {
  type: 'DatabaseReady',
  means: 'The database takes connections.',
  counts: 'in-ready',
  neededByPods: true,
} as const satisfies PartCondition;

/** It gives only those that others give too. */
export const reasons = {} as const;
