import type { HostedSiteStatus } from '../../kinds/hosted-site/hosted-site.ts';
import { settled, stalled, waiting } from '../../kube/outcome.ts';
import type { Outcome } from '../../kube/outcome.ts';
import type { Judgement } from '../../releases/judgement.ts';

/** Milliseconds until a refused site is tried again: a quota, a right or a foreign object changes without an event that we see. */
const afterRefusal = 60_000;

/** The outcome of a pass that came to its end; `untold` is when a status that has waited is to be written. */
export function outcomeOf(
  { seen, reports, refusals, recheckAt: due }: Judgement,
  status: HostedSiteStatus,
  statusAt?: Date,
): Outcome {
  const [ready, stall] = ['Ready', 'Stalled'].map((type) =>
    status.conditions?.find((one) => one.type === type),
  );
  const again = refusals.length > 0 ? new Date(seen.now.getTime() + afterRefusal) : undefined;
  const recheckAt = earliest([again, statusAt, due, ...reports.map(({ report }) => report.recheckAt)]);
  if (stall !== undefined) return stalled([stall.reason], recheckAt);
  if (ready?.status === 'True' || ready?.reason === 'Suspended') return settled(recheckAt);
  return waiting(ready?.reason ?? 'Progressing', recheckAt);
}

/** The earliest of several wishes to look again. */
export function earliest(dates: readonly (Date | undefined)[]): Date | undefined {
  const times = dates.flatMap((date) => (date === undefined ? [] : [date.getTime()]));
  return times.length === 0 ? undefined : new Date(Math.min(...times));
}
