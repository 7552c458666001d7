import { isMarked } from '../../commands/record.ts';
import type { Revision, Site } from '../../components/component.ts';
import type { Observed } from '../observed.ts';
import { rollout } from '../rollout.ts';
import { hasSucceeded } from '../succeeded.ts';
import { countingRecord, recordFor } from './attempt.ts';

/**
 * Whether the command of a release is still to run. Once for each release, ever: going back to one undoes nothing that its command
 * did. One that runs already, or has served before, is never asked: it came up without. Unless it was begun to be asked when it serves.
 */
export function isDue(site: Site, desired: Revision, seen: Observed): boolean {
  const record = countingRecord(desired, seen);
  if (record !== undefined) return record.is === 'running';
  if (site.release === undefined) return false;
  if (isMarked(recordFor(desired.name, seen))) return true;
  return isAskedAnew(desired, seen) || (!runs(desired, seen) && !hasServed(desired, seen));
}

/** Its command failed, it may serve all the same, and it is about to get another number. */
function isAskedAnew({ name, number }: Revision, seen: Observed): boolean {
  const stored = seen.revisions.find((one) => one.name === name);
  return stored !== undefined && stored.number < number && countingRecord(stored, seen)?.is === 'failed';
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
export function isSettled(site: Site, desired: Revision, seen: Observed): boolean {
  const stored = seen.revisions.find(({ name }) => name === desired.name);
  if (site.release === undefined || stored === undefined || runs(desired, seen)) return false;
  if (isMarked(recordFor(desired.name, seen)) || countingRecord(stored, seen) !== undefined) return false;
  if (hasServed(desired, seen)) return stored.number !== desired.number;
  return seen.revisions.some((one) => isDoneFor(one, stored, seen));
}

/** Whether that it is to run has to be written down before its pods come, or while they are there and it gets another number. */
export function isToBeMarked(site: Site, desired: Revision, seen: Observed): boolean {
  const isStored = seen.revisions.some(({ name }) => name === desired.name);
  const mayServe = site.release?.order === 'After' || runs(desired, seen);
  if (!mayServe || !isStored || isMarked(recordFor(desired.name, seen))) return false;
  return countingRecord(desired, seen) === undefined && isDue(site, desired, seen);
}

/** Without a command in the spec nothing is to run, nor when there is one again: it counts from the next release on. */
export function isToBeUnmarked(site: Site, desired: Revision, seen: Observed): boolean {
  return site.release === undefined && isMarked(recordFor(desired.name, seen));
}

/** Of the same inputs and the same content. */
function isDoneFor(one: Revision, desired: Revision, seen: Observed): boolean {
  if (one.name === desired.name || one.inputs !== desired.inputs || contentOf(one) !== contentOf(desired))
    return false;
  const record = countingRecord(one, seen);
  if (record !== undefined) return record.is === 'succeeded';
  return !isMarked(recordFor(one.name, seen)) && hasSucceeded(one, seen);
}

function contentOf({ image, resolvedImage = image }: Revision): string {
  return resolvedImage;
}
