import { isOver } from '../../commands/ending.ts';
import { leadsToStandIn } from '../../components/stand-in.ts';
import type { Manifest } from '../../components/component.ts';
import { componentOf, revisionLabel } from '../../objects/labels.ts';
import { rollout } from '../rollout.ts';
import { countingRecord, isOfTask } from './attempt.ts';
import type { Facts } from './state.ts';

/** With order Maintenance visitors get the page while the command runs, and until no pod of the release before is left. */

/** Milliseconds until a controller that has an old CronJob in its cache begins no run of it any more. */
const patience = 10_000;

/** Of a first release nobody is there to be kept away. */
export function hasPage({ site, seen }: Pick<Facts, 'site' | 'seen'>): boolean {
  return site.release?.order === 'Maintenance' && rollout(seen) !== undefined;
}

/** While the release that has had its command takes over, only if they have it already: one that was done before needs none. */
export function showsPage(facts: Facts, blocks: boolean): boolean {
  const { site, seen, wanted, isDue } = facts;
  if (!hasPage(facts)) return false;
  if (blocks && isDue) return true;
  const isDone = countingRecord(wanted, seen)?.is === 'succeeded';
  return isDone && leadsToStandIn(site, seen) && seen.pods.some((pod) => isOfOther(pod, facts));
}

function isOfOther(pod: Manifest, { wanted }: Facts): boolean {
  const isServing = componentOf(pod) === 'web' && !isOver(pod);
  return isServing && pod.metadata.labels?.[revisionLabel] !== wanted.name;
}

/** When the pod may be let through: nothing else may work on the site's data. Undefined while something does. */
export function quietFrom(facts: Facts, job: Manifest): Date | undefined {
  const { seen } = facts;
  if (!hasPage(facts)) return seen.now;
  if (seen.pods.some((pod) => !isOver(pod) && isAtWork(pod))) return undefined;
  return new Date(Date.parse(job.metadata.creationTimestamp ?? seen.now.toISOString()) + patience);
}

function isAtWork(pod: Manifest): boolean {
  return componentOf(pod) === 'cron' || isOfTask(pod.metadata);
}
