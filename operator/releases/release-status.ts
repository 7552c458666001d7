import type { HostedSiteStatus } from '../kinds/hosted-site/hosted-site.ts';
import type { ReleaseState, Revision } from '../components/component.ts';
import { isHeld } from '../components/holds.ts';
import { isBehindCommand, reportedRevision, rolledBackMessage } from '../components/release-state.ts';
import { commandStatus } from './command/command-status.ts';
import { commandFailedMessage } from './command/report.ts';
import type { BehindCommand } from '../components/release-state.ts';
import type { ComponentReport, Judgement } from './judgement.ts';
import type { Observed } from './observed.ts';
import { hasReadyPod, lastGood } from './rollback.ts';
import { serves } from './rollout.ts';
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
  const { seen, command } = judgement;
  const status = statusOf(judgement, stalled.find(runsInPods));
  if (status === undefined || command === undefined) return status;
  const { command: _, ...rest } = status;
  const reported = commandStatus(seen.site.metadata, seen, command);
  return reported === undefined ? rest : { ...rest, command: reported };
}

function statusOf(judgement: Judgement, failed: ComponentReport | undefined): ReleaseStatus | undefined {
  const { state, seen } = judgement;
  // Stored, it has begun, whatever is held.
  if (state !== undefined && isBehindCommand(state) && isStored(state.desired, seen))
    return behind(state, seen);
  const newest = seen.revisions.at(-1);
  // What is told ends that; it is to be written on the revision before.
  if (newest !== undefined && !isNew(newest, judgement) && isBroughtBack(newest, seen)) return undefined;
  const shown = isKept(judgement) ? latest(seen) : state;
  return shown === undefined ? seen.site.status?.release : statusAt(shown, seen, failed);
}

function statusAt(state: ReleaseState, seen: Observed, failed: ComponentReport | undefined): ReleaseStatus {
  switch (state.is) {
    case 'resolving':
    case 'commanding':
    case 'commandFailed':
    case 'first':
    case 'rolling':
    case 'running':
      return begun(state, seen, failed);
    case 'rolledBack':
      return rolledBack(state.desired, state.current);
  }
}

function begun(state: ReleaseState, seen: Observed, failed: ComponentReport | undefined): ReleaseStatus {
  const revision = reportedRevision(state);
  const outcome = outcomeOf(revision, seen, failed);
  const desired = reported(revision);
  if (outcome === 'Succeeded') return { desired, running: desired, lastGood: revision.image, outcome };
  return {
    ...beside(revision, state.is === 'rolling' ? state.from : servesMeanwhile(revision, seen), seen),
    outcome,
    ...(failed === undefined ? {} : { message: failed.report.ready.message }),
  };
}

/** Its pods have not begun: its command comes first. */
function behind(state: BehindCommand, seen: Observed): ReleaseStatus {
  const { desired, current } = state;
  return {
    ...beside(desired, current, seen),
    ...(state.is === 'commandFailed'
      ? { outcome: 'Failed', message: commandFailedMessage(seen.site.metadata, desired, seen) }
      : { outcome: 'Progressing' }),
  };
}

/** One that does not serve, and what does meanwhile. */
function beside(desired: Revision, running: Revision | undefined, { site }: Observed): ReleaseStatus {
  const good = site.status?.release?.lastGood;
  return {
    desired: reported(desired),
    ...(running === undefined ? {} : { running: reported(running) }),
    ...(good === undefined ? {} : { lastGood: good }),
  };
}

function runsInPods({ component }: ComponentReport): boolean {
  return component === 'web' || component === 'cache';
}

function rolledBack(failed: Revision, running: Revision): ReleaseStatus {
  return {
    desired: reported(failed),
    running: reported(running),
    lastGood: running.image,
    outcome: 'RolledBack',
    message: rolledBackMessage(failed, running),
  };
}

function reported({
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
function latest(seen: Observed): ReleaseState | undefined {
  const desired = seen.revisions.at(-1);
  if (desired === undefined) return undefined;
  const good = lastGood(desired, seen);
  if (good === undefined) return { is: 'first', desired };
  return desired.outcome === 'Failed'
    ? { is: 'rolledBack', desired, current: good }
    : { is: 'rolling', desired, from: good };
}

function isKept({ refusals, site, state, seen }: Judgement): boolean {
  if (refusals.length > 0 || state?.is === 'resolving') return true;
  if (site !== undefined && isHeld(site, 'Changes')) return true;
  return state !== undefined && !isStored(reportedRevision(state), seen);
}

/** With the number of now: one that is asked for again has another. */
function isStored({ name, number }: Revision, { revisions }: Observed): boolean {
  return revisions.some((one) => one.name === name && one.number === number);
}

/** Begun by this pass, or on its way: what is brought back has the outcome that is to be written on it. */
function isNew({ name }: Revision, { state }: Judgement): boolean {
  if (state === undefined || state.is === 'resolving') return false;
  const revision = reportedRevision(state);
  return revision.name === name && revision.outcome === undefined;
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
