import type { HostedSiteStatus } from '../api/hosted-site.ts';
import type { Revision } from '../components/component.ts';
import type { ComponentReport, Judgement } from './judgement.ts';
import { isRolledOut } from './rollout.ts';

type ReleaseStatus = NonNullable<HostedSiteStatus['release']>;

/** What is told about the latest release. One that was held, by a refusal or by suspend, has not begun. */
export function releaseStatus(
  judgement: Judgement,
  stalled: readonly ComponentReport[],
): ReleaseStatus | undefined {
  const { seen, revision: wanted } = judgement;
  const before = seen.site.status?.release;
  const revision = isHeld(judgement) ? seen.revisions.at(-1) : wanted;
  if (revision === undefined) return before;
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

function isHeld({ refusals, site }: Judgement): boolean {
  return refusals.length > 0 || site?.suspend === true;
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
