import type { ConditionType } from '../../kinds/hosted-site/conditions.ts';
import type { HostedSiteStatus } from '../../kinds/hosted-site/hosted-site.ts';

/** How long progress gathers from its first step that is not told, in milliseconds. */
const gathering = 20_000;

/**
 * Until when a status may wait that tells only that a site on its way has come a step further; undefined when it is to
 * be written at once. A site comes up in many small steps: telling each costs more writes than the site has objects.
 * What people wait for or must know (Ready, Stalled, a new or failed release, what becomes of the data, when the site ends, anything that gets worse)
 * never waits. Nor does that a release serves which has another one before it: nothing else remembers that (`succeeded.ts`).
 * `since` is when the first of these steps was seen.
 */
export function mayWaitUntil(
  before: HostedSiteStatus | undefined,
  after: HostedSiteStatus,
  { since, now }: { since: Date; now: Date },
): Date | undefined {
  if (before === undefined || !isOnlyProgress(before, after)) return undefined;
  const until = new Date(since.getTime() + gathering);
  return until > now ? until : undefined;
}

function isOnlyProgress(before: HostedSiteStatus, after: HostedSiteStatus): boolean {
  return (
    before.observedGeneration === after.observedGeneration &&
    before.deletionPolicy === after.deletionPolicy &&
    isSameEnd(before.expiry, after.expiry) &&
    isSameRelease(before.release, after.release) &&
    [before, after].every(isOnItsWay) &&
    !isWorse(before, after)
  );
}

function isSameEnd(was: HostedSiteStatus['expiry'], is: HostedSiteStatus['expiry']): boolean {
  return was?.time === is?.time && was?.noticeTime === is?.noticeTime;
}

/** One that fails, one that comes to serve after another one, and how far its command is, is told. */
function isSameRelease(was: Release = {}, is: Release = {}): boolean {
  return (
    was.desired?.revision === is.desired?.revision &&
    phaseOf(was) === phaseOf(is) &&
    [was, is].every(({ outcome }) => outcome !== 'Failed') &&
    (was.lastGood === undefined || was.outcome === is.outcome)
  );
}

type Release = NonNullable<HostedSiteStatus['release']>;

function phaseOf({ command }: Release): string | undefined {
  return command?.phase;
}

/** Ready waits for a component, whose sentence it repeats; it says anything else after a pass that failed. */
function isOnItsWay({ conditions = [] }: HostedSiteStatus): boolean {
  const ready = conditions.find(({ type }) => type === 'Ready');
  return (
    ready?.reason === 'Progressing' &&
    conditions.some(({ type, message }) => !summaries.has(type) && message === ready.message) &&
    !conditions.some(({ type }) => type === 'Stalled')
  );
}

const summaries: ReadonlySet<string> = new Set<ConditionType>(['Ready', 'Reconciling']);

function isWorse(before: HostedSiteStatus, { conditions: now = [] }: HostedSiteStatus): boolean {
  const good = before.conditions?.filter(({ status, type }) => status === 'True' && type !== 'Reconciling');
  return good?.some(({ type }) => now.find((one) => one.type === type)?.status !== 'True') === true;
}
