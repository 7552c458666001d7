import type { SharedReason } from './reasons.ts';

/** Why pods do not come up. The message names no pod, no time and no counter: the same trouble is the same text. */
export interface Trouble {
  reason: SharedReason;
  message: string;
  /** Waiting alone does not help: a person must act. */
  stalled: boolean;
  /** When waiting will have lasted so long that a person must act. */
  recheckAt?: Date;
}
