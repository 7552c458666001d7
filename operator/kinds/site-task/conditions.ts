import type { ConditionFacts } from '../../api/kind.ts';

/** Every condition of a SiteTask, in the order in which people read them. */
export const conditions = {
  Succeeded: { means: 'The command ended with code 0. False: it failed, or never began.' },
  Reconciling: { means: 'The task waits or runs.' },
  Stalled: { means: 'The task has failed: a person must look.' },
} as const satisfies Record<string, ConditionFacts>;

export type ConditionType = keyof typeof conditions;
