import type { HostedSiteStatus } from '../kinds/hosted-site/hosted-site.ts';
import type { Released, Revision } from '../components/component.ts';
import { rolledBackMessage } from '../components/rolled-back.ts';
import type { ComponentReport, Judgement } from './judgement.ts';
import type { Observed } from './observed.ts';
import { hasReadyPod, lastGood } from './rollback.ts';
import { isRolledOut } from './rollout.ts';

type ReleaseStatus = NonNullable<HostedSiteStatus['release']>;

/** What is told about the latest release. One that was held, by a refusal, by suspend or for its image, has not begun. */
export function releaseStatus(
  judgement: Judgement,
  stalled: readonly ComponentReport[],
): ReleaseStatus | undefined {
  const { seen } = judgement;
  const before = seen.site.status?.release;
  const { revision, failed: takenBack } = isHeld(judgement) ? latest(judgement) : judgement;
  if (revision === undefined) return before;
  if (takenBack !== undefined) return rolledBack(takenBack, revision);
  const failed = stalled.find(runsInPods);
  const outcome = outcomeOf(revision, judgement, failed);
  const desired = told(revision);
  if (outcome === 'Succeeded') return { desired, running: desired, lastGood: revision.image, outcome };
  const running = servesMeanwhile(revision, seen);
  return {
    desired,
    ...(running === undefined ? {} : { running: told(running) }),
    ...(before?.lastGood === undefined ? {} : { lastGood: before.lastGood }),
    outcome,
    ...(failed === undefined ? {} : { message: failed.report.ready.message }),
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

function isHeld({ refusals, site, revision }: Judgement): boolean {
  return refusals.length > 0 || site?.suspend === true || revision?.unresolved === true;
}

/** A release that once served stays a success, whatever its pods meet later. */
function outcomeOf(
  revision: Revision,
  { seen }: Judgement,
  failed: ComponentReport | undefined,
): NonNullable<ReleaseStatus['outcome']> {
  const before = seen.site.status?.release;
  const succeededBefore = before?.desired?.revision === revision.name && before.outcome === 'Succeeded';
  if (succeededBefore || isRolledOut(seen, revision)) return 'Succeeded';
  return failed === undefined ? 'Progressing' : 'Failed';
}
