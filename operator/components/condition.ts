import type { ConditionFacts } from '../api/kind.ts';

/** The condition in which a component reports. */
export interface PartCondition extends ConditionFacts {
  readonly type: string;
  readonly counts: 'in-ready' | 'beside';
  /** Pods start only with this part there: a release that is late meanwhile has not failed. */
  readonly neededByPods?: true;
}
