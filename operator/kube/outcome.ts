/**
 * How one pass ended; `controller.ts` turns it into the next look.
 * A pass that throws is none of these: it is tried again with back-off.
 */
export type Outcome =
  /** Nothing is left to do until something changes, or until `recheckAt`. */
  | { kind: 'settled'; recheckAt?: Date }
  /** Something that was asked for has not come about yet; its event brings the next pass. */
  | { kind: 'waiting'; reason: string; recheckAt?: Date }
  /** A person must act: repeating the pass would change nothing. */
  | { kind: 'stalled'; reasons: readonly string[]; recheckAt?: Date }
  /** There is nothing of that name: nobody looks again until something happens. */
  | { kind: 'gone'; recheckAt?: never };

export function gone(): Outcome {
  return { kind: 'gone' };
}

export function settled(recheckAt?: Date): Outcome {
  return { kind: 'settled', ...recheck(recheckAt) };
}

export function waiting(reason: string, recheckAt?: Date): Outcome {
  return { kind: 'waiting', reason, ...recheck(recheckAt) };
}

export function stalled(reasons: readonly string[], recheckAt?: Date): Outcome {
  return { kind: 'stalled', reasons, ...recheck(recheckAt) };
}

function recheck(recheckAt: Date | undefined): { recheckAt?: Date } {
  return recheckAt === undefined ? {} : { recheckAt };
}
