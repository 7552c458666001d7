import type { HostedSiteStatus } from '../kinds/hosted-site/hosted-site.ts';
import type { Judgement } from './judgement.ts';

/**
 * How one pass over one site ended; `kube/controller.ts` turns it into the next look at the site.
 * A pass that throws is none of these: it is tried again with back-off.
 */
export type Outcome =
  /** Nothing is left to do until something changes, or until `recheckAt`. */
  | { kind: 'settled'; recheckAt?: Date }
  /** Something that was asked for has not come about yet; its event brings the next pass. */
  | { kind: 'waiting'; reason: string; recheckAt?: Date }
  /** A person must act: repeating the pass would change nothing. */
  | { kind: 'stalled'; reasons: readonly string[]; recheckAt?: Date };

export function settled(recheckAt?: Date): Outcome {
  return { kind: 'settled', ...recheck(recheckAt) };
}

export function waiting(reason: string, recheckAt?: Date): Outcome {
  return { kind: 'waiting', reason, ...recheck(recheckAt) };
}

export function stalled(reasons: readonly string[], recheckAt?: Date): Outcome {
  return { kind: 'stalled', reasons, ...recheck(recheckAt) };
}

/** Milliseconds until a refused site is tried again: a quota, a right or a foreign object changes without an event that we see. */
const afterRefusal = 60_000;

/** The outcome of a pass that came to its end; `untold` is when a status that has waited is to be written. */
export function outcomeOf(
  { seen, reports, refusals, recheckAt: due }: Judgement,
  status: HostedSiteStatus,
  untold?: Date,
): Outcome {
  const [ready, stall] = ['Ready', 'Stalled'].map((type) =>
    status.conditions?.find((one) => one.type === type),
  );
  const again = refusals.length > 0 ? new Date(seen.now.getTime() + afterRefusal) : undefined;
  const recheckAt = earliest([again, untold, due, ...reports.map(({ report }) => report.recheckAt)]);
  if (stall !== undefined) return stalled([stall.reason], recheckAt);
  if (ready?.status === 'True' || ready?.reason === 'Suspended') return settled(recheckAt);
  return waiting(ready?.reason ?? 'Progressing', recheckAt);
}

/** The earliest of several wishes to look again. */
export function earliest(dates: readonly (Date | undefined)[]): Date | undefined {
  const times = dates.flatMap((date) => (date === undefined ? [] : [date.getTime()]));
  return times.length === 0 ? undefined : new Date(Math.min(...times));
}

function recheck(recheckAt: Date | undefined): { recheckAt?: Date } {
  return recheckAt === undefined ? {} : { recheckAt };
}
