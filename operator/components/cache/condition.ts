import type { PartCondition } from '../condition.ts';

export const condition = {
  type: 'CacheReady',
  means: 'The cache in every pod answers.',
  counts: 'in-ready',
} as const satisfies PartCondition;

/** It gives only those that others give too. */
export const reasons = {} as const;
