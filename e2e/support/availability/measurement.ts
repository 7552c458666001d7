import type { Load } from '../load.ts';
import type { Summary } from '../load/summary.ts';
import type { Happening } from './happenings.ts';
import type { VisitedSite } from './visited-site.ts';

export interface Measurement {
  readonly name: string;
  /** A quiet time of the same load. */
  readonly before: Summary;
  /** From just before it happened until just after it was over. */
  readonly during: Summary;
  /** How long it took. */
  readonly seconds: number;
  readonly pods: { readonly before: readonly string[]; readonly after: readonly string[] };
}

/** Requests of the quiet time, and of the time after. */
const quiet = 120;
const after = 60;

export async function measured(
  happening: Happening,
  site: VisitedSite,
  visitors: Load,
): Promise<Measurement> {
  visitors.lap();
  await visitors.more(quiet);
  const pods = await site.pods();
  const before = visitors.lap();
  const began = Date.now();
  await happening.happen(site);
  const seconds = (Date.now() - began) / 1000;
  await visitors.more(after);
  const during = visitors.lap();
  return { name: happening.name, before, during, seconds, pods: { before: pods, after: await site.pods() } };
}
