import type { HostedSiteStatus } from '../kinds/hosted-site/hosted-site.ts';
import type { Released, Revision } from '../components/component.ts';
import { rolledBackMessage } from '../components/rolled-back.ts';
import { commandStatus } from './command/command-status.ts';
import { commandFailedMessage } from './command/told.ts';
import type { ComponentReport, Judgement } from './judgement.ts';
import type { Observed } from './observed.ts';
import { hasReadyPod, lastGood } from './rollback.ts';
import { rollout, serves } from './rollout.ts';
import { isBroughtBack } from './succeeded.ts';

type ReleaseStatus = NonNullable<HostedSiteStatus['release']>;

/**
 * What is told about the latest release. One that was held, by a refusal, by suspend or for its image, has not begun, and neither has
 * one that could not be stored: what is told of the one before is its memory as long as no other lists it (`succeeded.ts`).
 */
export function releaseStatus(
  judgement: Judgement,
  stalled: readonly ComponentReport[],
): ReleaseStatus | undefined {
  const { site, seen, command } = judgement;
  const status = behind(judgement) ?? statusOf(judgement, stalled);
  if (status === undefined || site === undefined || command === undefined) return status;
  const { command: _, ...rest } = status;
  const told = commandStatus(site, seen, command);
  return told === undefined ? rest : { ...rest, command: told };
}

function statusOf(judgement: Judgement, stalled: readonly ComponentReport[]): ReleaseStatus | undefined {
  const { seen } = judgement;
  const newest = seen.revisions.at(-1);
  // What is told ends that; it is to be written on the revision before.
  if (newest !== undefined && !isNew(newest, judgement) && isBroughtBack(newest, seen)) return undefined;
  const { revision, failed: takenBack } = isHeld(judgement) ? latest(judgement) : judgement;
  if (revision === undefined) return seen.site.status?.release;
  if (takenBack !== undefined) return rolledBack(takenBack, revision);
  return begun(revision, seen, stalled.find(runsInPods));
}

function begun(revision: Revision, seen: Observed, failed: ComponentReport | undefined): ReleaseStatus {
  const outcome = outcomeOf(revision, seen, failed);
  const desired = told(revision);
  if (outcome === 'Succeeded') return { desired, running: desired, lastGood: revision.image, outcome };
  const running = servesMeanwhile(revision, seen);
  const good = seen.site.status?.release?.lastGood;
  return {
    desired,
    ...(running === undefined ? {} : { running: told(running) }),
    ...(good === undefined ? {} : { lastGood: good }),
    outcome,
    ...(failed === undefined ? {} : { message: failed.report.ready.message }),
  };
}

/** It has begun, and its pods have not: its command comes first. */
function behind({ site, seen, command }: Judgement): ReleaseStatus | undefined {
  if (site === undefined || command?.blocks !== true || !isStored(command.revision, seen)) return undefined;
  return notBegun(command, site, seen);
}

function notBegun(
  { revision, state }: NonNullable<Judgement['command']>,
  site: NonNullable<Judgement['site']>,
  seen: Observed,
): ReleaseStatus {
  const current = rollout(seen)?.revision;
  const running = seen.revisions.find(({ name }) => name === current && name !== revision.name);
  const { lastGood: good } = seen.site.status?.release ?? {};
  return {
    desired: told(revision),
    ...(running && { running: told(running) }),
    ...(good !== undefined && { lastGood: good }),
    ...(state.is === 'failed'
      ? { outcome: 'Failed', message: commandFailedMessage(site, revision, seen) }
      : { outcome: 'Progressing' }),
  };
}

function runsInPods({ component }: ComponentReport): boolean {
  return component === 'web' || component === 'cache';
}

function rolledBack(failed: Revision, running: Revision): ReleaseStatus {
  return {
    desired: told(failed),
    running: told(running),
    lastGood: running.image,
    outcome: 'RolledBack',
    message: rolledBackMessage(failed, running),
  };
}

function told({
  image,
  resolvedImage = image,
  name: revision,
}: Revision): NonNullable<ReleaseStatus['desired']> {
  const [, digest] = resolvedImage.split('@');
  return { image, ...(digest === undefined ? {} : { digest }), revision };
}

/** While a release comes up, visitors are served by the one before; of a first one by those of its pods that are ready. */
function servesMeanwhile(revision: Revision, seen: Observed): Revision | undefined {
  return lastGood(revision, seen) ?? (hasReadyPod(revision, seen) ? revision : undefined);
}

/** What was written last, whatever the spec asks for since. */
function latest({ seen }: Judgement): Partial<Pick<Released, 'revision' | 'failed'>> {
  const newest = seen.revisions.at(-1);
  if (newest === undefined) return {};
  const good = newest.outcome === 'Failed' ? lastGood(newest, seen) : undefined;
  return good === undefined ? { revision: newest } : { revision: good, failed: newest };
}

function isHeld({ refusals, site, revision, seen }: Judgement): boolean {
  if (refusals.length > 0 || site?.suspend === true || revision?.unresolved === true) return true;
  return revision !== undefined && !isStored(revision, seen);
}

/** With the number of now: one that is asked for again has another. */
function isStored({ name, number }: Revision, { revisions }: Observed): boolean {
  return revisions.some((one) => one.name === name && one.number === number);
}

/** Begun by this pass, or on its way: what is brought back has the outcome that is to be written on it. */
function isNew({ name }: Revision, { revision }: Judgement): boolean {
  return revision?.name === name && revision.outcome === undefined && revision.unresolved !== true;
}

/** A release that once served stays a success, whatever its pods meet later. At no replicas nothing is known of a new one. */
function outcomeOf(
  revision: Revision,
  seen: Observed,
  failed: ComponentReport | undefined,
): NonNullable<ReleaseStatus['outcome']> {
  const before = seen.site.status?.release;
  const succeededBefore = before?.desired?.revision === revision.name && before.outcome === 'Succeeded';
  if (succeededBefore || serves(revision, seen)) return 'Succeeded';
  return failed === undefined ? 'Progressing' : 'Failed';
}
