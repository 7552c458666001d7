import type { HostedSiteStatus } from '../api/hosted-site.ts';
import type { Released, Revision } from '../components/component.ts';
import { rolledBackMessage } from '../components/rolled-back.ts';
import type { ComponentReport, Judgement } from './judgement.ts';
import { lastGood } from './rollback.ts';
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
  const failed = stalled.find(({ component }) => component === 'web' || component === 'cache');
  const outcome = outcomeOf(revision, judgement, failed);
  const lastGood = outcome === 'Succeeded' ? revision.image : before?.lastGood;
  return {
    current: revision.image,
    revision: revision.name,
    ...(lastGood === undefined ? {} : { lastGood }),
    outcome,
    ...(outcome === 'Failed' && failed !== undefined ? { message: failed.report.ready.message } : {}),
  };
}

function rolledBack(failed: Revision, { image, name }: Revision): ReleaseStatus {
  const message = rolledBackMessage(failed, { image });
  return { current: image, revision: name, lastGood: image, outcome: 'RolledBack', message };
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
  const succeededBefore = before?.revision === revision.name && before.outcome === 'Succeeded';
  if (succeededBefore || isRolledOut(seen, revision)) return 'Succeeded';
  return failed === undefined ? 'Progressing' : 'Failed';
}
