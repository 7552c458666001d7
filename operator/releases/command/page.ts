import { isOver } from '../../commands/ending.ts';
import { isGated } from '../../commands/job.ts';
import { overAt } from '../../components/pod/lost-node.ts';
import { servedRevisions } from '../../components/serving.ts';
import { leadsToMaintenancePage } from '../../components/maintenance-page.ts';
import type { Manifest, Revision } from '../../components/component.ts';
import { componentOf, isOfTask, orderLabel, releaseLabel, revisionLabel } from '../../objects/labels.ts';
import type { Observed } from '../observed.ts';
import { rollout } from '../rollout.ts';
import { commandPods, countingRecord } from './attempt.ts';
import { hasServed, runs } from './due.ts';
import type { Command, CommandState, Facts, Obstacle } from './state.ts';

/** With order Maintenance visitors get the page while the command runs, and until no pod of the release before is left. */

/** Milliseconds until a controller that has an old CronJob in its cache begins no run of it any more. */
const patience = 10_000;

/** Of a first release nobody is there to be kept away. What was begun so stays so, whatever the spec asks for now. */
export function hasPage({ site, seen, desired }: Pick<Facts, 'site' | 'seen' | 'desired'>): boolean {
  if (rollout(seen) === undefined) return false;
  return site.release?.order === 'Maintenance' || hasBegunWithPage(desired, seen);
}

function hasBegunWithPage(desired: Revision, seen: Observed): boolean {
  const record = countingRecord(desired, seen);
  const hasBegun = record?.is === 'running' || record?.is === 'succeeded';
  return hasBegun && commandPods(seen).some((pod) => isOfPage(pod, desired.name));
}

function isOfPage({ metadata: { labels = {} } }: Manifest, revision = labels[releaseLabel]): boolean {
  return labels[orderLabel] === 'Maintenance' && labels[releaseLabel] === revision;
}

type Page = Pick<Command, 'showsPage' | 'stopsWorkers' | 'recheckAt'>;

/** `isGivenUp`: the wanted release does not run, whatever becomes of its command. */
export function page(facts: Facts, state: CommandState, isGivenUp: boolean): Page {
  const left = isGivenUp || !isTakingOver(facts) ? [] : timesOfOthers(facts);
  const mayBegin = !isGivenUp && isNear(facts, state);
  const showsPage = isAtWork(facts) || mayBegin || left.length > 0;
  const isShown = leadsToMaintenancePage(facts.site, facts.seen);
  return {
    showsPage,
    stopsWorkers: isShown && (showsPage || (!isGivenUp && isToServe(facts))),
    ...(showsPage ? lookingAgain(left) : {}),
  };
}

function lookingAgain(left: readonly (Date | undefined)[]): Pick<Page, 'recheckAt'> {
  const times = left.flatMap((at) => at?.getTime() ?? []);
  return times.length === 0 ? {} : { recheckAt: new Date(Math.max(...times)) };
}

/** A command that began with the page works on the data until its pod has ended, whatever is wanted and written by now. */
function isAtWork({ seen }: Facts): boolean {
  const running = rollout(seen)?.revision;
  return (
    running !== undefined &&
    commandPods(seen).some((pod) => isOfPage(pod) && !isOver(pod) && !isGated(pod) && !isOfPage(pod, running))
  );
}

/** What no page helps against comes first: visitors have a site meanwhile. */
const first: ReadonlySet<Obstacle> = new Set(['hold', 'slot', 'rollout', 'installation', 'database']);

function isNear(facts: Facts, state: CommandState): boolean {
  const { isDue, run } = facts;
  if (!isAlone(facts) || !isDue) return false;
  const isMade = run.is !== 'none' && run.is !== 'closed';
  return isMade || state.is !== 'waits' || !first.has(state.for);
}

/** The release that has had its command, only if visitors have the page already: one that was done before needs none. */
function isTakingOver(facts: Facts): boolean {
  const { site, seen, desired } = facts;
  const isDone = countingRecord(desired, seen)?.is === 'succeeded';
  return isDone && hasPage(facts) && leadsToMaintenancePage(site, seen);
}

/** Of each serving pod of another release, when it is over; undefined where nobody can say. Those that are over are none. */
function timesOfOthers({ desired, seen }: Facts): (Date | undefined)[] {
  return seen.pods
    .filter((pod) => componentOf(pod) === 'web' && !isOver(pod))
    .filter(({ metadata }) => metadata.labels?.[revisionLabel] !== desired.name)
    .map(overAt)
    .filter((at) => at === undefined || at > seen.now);
}

/** No pod of it has taken visitors yet: what ran before must not begin again beside it. */
function isToServe(facts: Facts): boolean {
  const { site, seen, desired } = facts;
  return isTakingOver(facts) && !servedRevisions(site, seen).has(desired.name) && !hasServed(desired, seen);
}

/** Beside a release that serves already, nothing is kept away any more. */
function isAlone(facts: Pick<Facts, 'site' | 'seen' | 'desired'>): boolean {
  return hasPage(facts) && !runs(facts.desired, facts.seen);
}

/** What may still work on the site's data, and is waited for: nothing else does beside a command that has the page. */
export function othersAtWork(facts: Pick<Facts, 'site' | 'seen' | 'desired'>): Manifest[] {
  const { seen } = facts;
  if (!isAlone(facts)) return [];
  const pods = seen.pods.filter((pod) => !isOver(pod) && mayWork(pod));
  return [...pods, ...seen.owned.filter((object) => mayStartWorkers(object))];
}

function mayWork(pod: Manifest): boolean {
  return componentOf(pod) === 'cron' || componentOf(pod) === 'workers' || isOfTask(pod);
}

/** Its controller has not yet seen that there are to be none. */
function mayStartWorkers(object: Manifest): boolean {
  if (object.kind !== 'Deployment' || componentOf(object) !== 'workers') return false;
  const { spec, status } = object as {
    spec?: { replicas?: number };
    status?: { observedGeneration?: number };
  };
  const isObserved = (status?.observedGeneration ?? 0) >= (object.metadata.generation ?? 0);
  return spec?.replicas !== 0 || !isObserved;
}

/** When the pod may be let through: nothing else may work on the site's data. Undefined while something does. */
export function quietFrom(facts: Facts, job: Manifest): Date | undefined {
  const { seen } = facts;
  if (!isAlone(facts)) return seen.now;
  if (othersAtWork(facts).length > 0) return undefined;
  return new Date(Date.parse(job.metadata.creationTimestamp ?? seen.now.toISOString()) + patience);
}
