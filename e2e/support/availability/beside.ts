import { everyday } from '../load/everyday.ts';
import type { Load, LoadOptions } from '../load.ts';
import type { Fault, LoudSite } from './loud-site.ts';
import type { Measurement } from './measurement.ts';

/** What the visitors of a site notice of a site beside it. */

export interface Neighbour {
  readonly name: string;
  readonly fault: Fault;
}

export const neighbours: readonly Neighbour[] = [
  { fault: 'leak', name: 'beside one that takes memory without end' },
  { fault: 'burn', name: 'beside one that computes without end' },
  { fault: 'log', name: 'beside one that logs without end' },
  { fault: 'fill', name: 'beside one that fills its /tmp and writes on' },
];

const cached = everyday.filter((visit) => visit.class === 'cached').slice(0, 2);

/** No long answers, and two of three are pages from the cache: so a few seconds hold enough of them for a 99th percentile. */
export const crowd: Required<Pick<LoadOptions, 'rate' | 'visits'>> = {
  rate: 100,
  visits: [...everyday.slice(0, 6), ...cached, ...cached, ...cached],
};

/** Requests of the quiet time, and at least so many meanwhile: 800 of them for pages from the cache. */
const sample = 1200;

export async function beside(
  { name, fault }: Neighbour,
  loud: LoudSite,
  visitors: Load,
): Promise<Measurement> {
  visitors.lap();
  await visitors.more(sample);
  const before = visitors.lap();
  const began = Date.now();
  await Promise.all([loud.begin(fault), visitors.more(sample)]);
  const seconds = (Date.now() - began) / 1000;
  const during = visitors.lap();
  // Not before: this process is the visitors, and they wait while it starts others.
  if (fault === 'leak' || fault === 'fill') await loud.stopped(fault);
  else await hasDone(fault, loud);
  await loud.calm();
  return { name, before, during, seconds, pods: { before: [], after: [] } };
}

/** Else the neighbour was none: seconds of a processor, bytes of log. */
const least = { burn: 3, log: 50 * 2 ** 20 };

async function hasDone(fault: keyof typeof least, loud: LoudSite): Promise<void> {
  const done = await loud.done(fault);
  if (done < least[fault]) throw new Error(`${fault}: only ${done} done, ${least[fault]} is wanted`);
}
