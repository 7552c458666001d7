import type { ObjectMeta, Revision } from '../components/component.ts';
import type { Observed } from './observed.ts';
import { serves } from './rollout.ts';

/**
 * Which releases have once served everywhere: those that may be gone back to, and that are not given up.
 *
 * A release that comes to serve costs no write but the status that says so. While it is the latest, the status remembers it. The
 * ControllerRevision of the next one lists it from its creation, beside all others that are still stored: from then on that is
 * what remembers it. Where its own says what became of it, nothing else counts.
 *
 *   release 1 serves     status.release: 1 Succeeded
 *   release 2 begins     revision 2 is created: succeeded-before 1       then the Deployment, then status.release: 2 Progressing
 *   release 2 serves     status.release: 2 Succeeded
 *
 * One that is asked for again has a higher number than whatever lists it: what came of it before no longer counts.
 */
export function hasSucceeded(revision: Revision, seen: Observed): boolean {
  const { name, number, outcome } = revision;
  if (outcome !== undefined) return outcome === 'Succeeded';
  const isListed = seen.revisions.some(
    (one) => one.number > number && one.succeededBefore?.includes(name) === true,
  );
  return isListed || isTold(name, seen) || isBroughtBack(revision, seen) || serves(revision, seen);
}

/**
 * Where several are stored that are older than the site, and no status tells of any, the site was brought back without its own, from
 * a backup for instance: the latest is taken for one that had succeeded. That must be written on it, because the status will soon
 * tell otherwise.
 */
export function isBroughtBack({ name, outcome }: Revision, { site, revisions, owned }: Observed): boolean {
  const isLatest = revisions.length > 1 && revisions.at(-1)?.name === name;
  if (!isLatest || outcome !== undefined || site.status?.release !== undefined) return false;
  const stored = owned.find(({ kind, metadata }) => kind === 'ControllerRevision' && metadata.name === name);
  return timeOf(stored?.metadata) <= timeOf(site.metadata);
}

function timeOf(metadata: Partial<ObjectMeta> = {}): string {
  return metadata.creationTimestamp ?? '';
}

function isTold(name: string, { site }: Observed): boolean {
  const release = site.status?.release;
  return release?.outcome === 'Succeeded' && release.desired?.revision === name;
}

/** The same revision with those that it has to list; the very same when it lists them already. */
export function remembering(desired: Revision, good: Revision | undefined, seen: Observed): Revision {
  const known = othersThan(desired, seen)
    .filter((one) => one.outcome === undefined && (one === good || hasSucceeded(one, seen)))
    .map(({ name }) => name);
  const isStored = seen.revisions.includes(desired);
  if (isStored && known.every((name) => desired.succeededBefore?.includes(name) === true)) return desired;
  const { succeededBefore: _, ...rest } = desired;
  return known.length === 0 ? rest : { ...rest, succeededBefore: known };
}

/** Those that were asked for last come first. */
export function othersThan({ name }: Pick<Revision, 'name'>, { revisions }: Observed): Revision[] {
  return revisions.filter((one) => one.name !== name).reverse();
}
