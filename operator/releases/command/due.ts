import type { Revision, Site } from '../../components/component.ts';
import type { Observed } from '../observed.ts';
import { rollout } from '../rollout.ts';
import { hasSucceeded } from '../succeeded.ts';
import { countingRecord, recordFor } from './attempt.ts';

/**
 * Whether the command of a release is still to run. Once for each release, ever: going back to one undoes nothing that its command
 * did. One that runs already, or has served before, is never asked: it came up without. Unless it was begun to be asked when it serves.
 */
export function isDue(site: Site, wanted: Revision, seen: Observed): boolean {
  const record = countingRecord(wanted, seen);
  if (record !== undefined) return record.is === 'running';
  if (site.release === undefined) return false;
  if (site.release.order === 'After' && recordFor(wanted.name, seen) !== undefined) return true;
  return !runs(wanted, seen) && !hasServed(wanted, seen);
}

/** The Deployment has its template. */
export function runs({ name }: Pick<Revision, 'name'>, seen: Observed): boolean {
  return rollout(seen)?.revision === name;
}

/** As it is stored: asked for again, it has a higher number, and what came of it before no longer counts elsewhere. */
export function hasServed({ name }: Revision, seen: Observed): boolean {
  const stored = seen.revisions.find((one) => one.name === name);
  return stored !== undefined && hasSucceeded(stored, seen);
}

/**
 * Whether that nothing is to be run has to be written down now, because soon nothing else will tell: the release is about to be asked
 * for anew, or it is another rendering of one whose command was done.
 */
export function isSettled(site: Site, wanted: Revision, seen: Observed): boolean {
  const stored = seen.revisions.find(({ name }) => name === wanted.name);
  if (site.release === undefined || stored === undefined || runs(wanted, seen)) return false;
  if (recordFor(wanted.name, seen) !== undefined) return false;
  if (hasServed(wanted, seen)) return stored.number !== wanted.number;
  return seen.revisions.some((one) => isDoneFor(one, stored, seen));
}

/** Whether that it is to run has to be written down before its pods come. */
export function isToBeMarked(site: Site, wanted: Revision, seen: Observed): boolean {
  const isStored = seen.revisions.some(({ name }) => name === wanted.name);
  const isNew = recordFor(wanted.name, seen) === undefined;
  return site.release?.order === 'After' && isStored && isNew && isDue(site, wanted, seen);
}

/** Of the same inputs and the same content. */
function isDoneFor(one: Revision, wanted: Revision, seen: Observed): boolean {
  if (one.name === wanted.name || one.inputs !== wanted.inputs || contentOf(one) !== contentOf(wanted))
    return false;
  const record = recordFor(one.name, seen);
  return record === undefined ? hasSucceeded(one, seen) : record.is === 'succeeded';
}

function contentOf({ image, resolvedImage = image }: Revision): string {
  return resolvedImage;
}
