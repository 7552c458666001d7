import { isFinished, isOver } from '../../commands/ending.ts';
import { isGated } from '../../commands/job.ts';
import { isMarked, marked } from '../../commands/record.ts';
import { isHeld } from '../../components/holds.ts';
import type { Observed } from '../observed.ts';
import { commandPods, isLate, isMadeBy, isOpen, isUnbegun, recordFor } from './attempt.ts';
import type { Attempt } from './attempt.ts';
import { isWantedAttempt } from './rows.ts';
import type { CommandState, Facts, Step } from './state.ts';

/**
 * What becomes of a Job that nobody wants any more, or that has waited for too long, and whose pod was not let through: that nothing
 * will be is written first, so that who still means to let it through is refused. A Job that has begun, or ended, is left alone.
 */
export function leftOver(facts: Facts, state: CommandState): Step | undefined {
  const { attempt, seen } = facts;
  if (attempt === undefined || attempt.job.metadata.deletionTimestamp !== undefined) return undefined;
  if (isWithdrawn(attempt, seen) || isInTheWay(attempt, seen)) return { is: 'remove', job: attempt.job };
  if (!isUnbegun(attempt, seen)) return undefined;
  const goesOn = isWanted(facts, attempt) && !hasWaited(facts, attempt, state);
  return goesOn ? undefined : withdrawn(facts, attempt);
}

/** What is due stays so, unless the spec has no command any more. */
function withdrawn({ site, seen }: Facts, { revision, withdrawals, job }: Attempt): Step {
  const isStored = seen.revisions.some(({ name }) => name === revision);
  if (!isStored) return { is: 'remove', job };
  const record = { is: 'withdrawn', number: withdrawals + 1 } as const;
  const isStillDue = site.release !== undefined && isMarked(recordFor(revision, seen));
  return { is: 'write', revision, record: isStillDue ? marked(record) : record };
}

function isWanted(facts: Facts, attempt: Attempt): boolean {
  return facts.isDue && !isHeld(facts.site, 'Commands') && isWantedAttempt(facts, attempt);
}

/** With so little left of its time it would be killed in the middle. One whose pod Kubernetes has not made yet goes on to wait. */
function hasWaited({ run, seen }: Facts, attempt: Attempt, state: CommandState): boolean {
  return isLate(attempt, seen) && (run.is === 'gated' || state.is === 'waits');
}

function isWithdrawn(attempt: Attempt, seen: Observed): boolean {
  return recordFor(attempt.revision, seen)?.is === 'withdrawn' && !isOpen(attempt, seen);
}

/** It is written down how it came out, and its Job has made a pod since: that one is never let through. */
function isInTheWay(attempt: Attempt, seen: Observed): boolean {
  if (isOpen(attempt, seen) || isFinished(attempt.job)) return false;
  const pods = commandPods(seen).filter((pod) => isMadeBy(pod, attempt) && !isOver(pod));
  return pods.length > 0 && pods.every(isGated);
}
