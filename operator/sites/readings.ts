import type { Refusal } from '../components/component.ts';
import type { Judgement } from '../releases/judgement.ts';
import { siteKey } from './site-key.ts';
import type { Observed } from '../releases/observed.ts';
import type { SiteContext } from './context.ts';
import { restartOf } from '../releases/restart.ts';

/** That ConfigMaps were read, and why no release came of it. */
export interface Reading {
  /** What asked for the release: another spec or another wish reads at once. */
  of: string;
  at: Date;
  /** Milliseconds until they are read again. */
  pause: number;
  refusals: readonly Refusal[];
}

/** What a release waits for is usually made together with the site that names it. */
const shortest = 10_000;
const longest = 300_000;

type Readings = SiteContext['readings'];

/** One that still counts: anybody may bring passes, and a pass that reads costs as much as the ConfigMaps hold. */
export function lastReading(seen: Observed, readings: Readings): Reading | undefined {
  const known = sameReading(seen, readings);
  return known !== undefined && seen.now < due(known) ? known : undefined;
}

/** Keeps what came of a pass that has read. Returns when to read again. */
export function remembered({ seen, refusals }: Judgement, readings: Readings): Date | undefined {
  if (seen.configMaps === undefined) {
    const known = lastReading(seen, readings);
    return known && due(known);
  }
  const { namespace, name } = seen.site.metadata;
  const key = siteKey(namespace, name);
  if (refusals.length === 0) {
    readings.delete(key);
    return undefined;
  }
  const before = sameReading(seen, readings);
  const isWaitedFor = refusals.some(({ reason }) => ofConfigMaps.has(reason));
  const grows = isWaitedFor && JSON.stringify(before?.refusals) === JSON.stringify(refusals);
  const pause = grows ? Math.min(2 * (before?.pause ?? shortest), longest) : shortest;
  const reading = { of: askedBy(seen), at: seen.now, pause, refusals };
  readings.set(key, reading);
  return isWaitedFor ? due(reading) : undefined;
}

const ofConfigMaps: ReadonlySet<string> = new Set(['ConfigMapNotFound', 'ConfigMapTooLarge']);

function sameReading(seen: Observed, readings: Readings): Reading | undefined {
  const { namespace, name } = seen.site.metadata;
  const known = readings.get(siteKey(namespace, name));
  return known?.of === askedBy(seen) ? known : undefined;
}

function askedBy(seen: Observed): string {
  const { uid, generation } = seen.site.metadata;
  return JSON.stringify([uid, generation, restartOf(seen)]);
}

function due({ at, pause }: Reading): Date {
  return new Date(at.getTime() + pause);
}
