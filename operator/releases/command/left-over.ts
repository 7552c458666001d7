import type { Observed } from '../observed.ts';
import { isOpen, recordFor, runOf } from './attempt.ts';
import type { Attempt } from './attempt.ts';
import { isWantedAttempt } from './rows.ts';
import type { Facts, Step } from './state.ts';

/**
 * What becomes of a Job that nobody wants any more, and whose pod was not let through: that nothing will be is written first, so that
 * who still means to let it through is refused. A Job that has begun, or ended, is left alone.
 */
export function leftOver(facts: Facts): Step | undefined {
  const { attempt, seen } = facts;
  if (attempt === undefined || attempt.job.metadata.deletionTimestamp !== undefined) return undefined;
  const { revision, withdrawals, job } = attempt;
  if (isWithdrawn(attempt, seen)) return { is: 'remove', job };
  if (isWanted(facts, attempt) || !isUnbegun(attempt, seen)) return undefined;
  const isStored = seen.revisions.some(({ name }) => name === revision);
  if (!isStored) return { is: 'remove', job };
  return { is: 'write', revision, record: { is: 'withdrawn', number: withdrawals + 1 } };
}

function isWanted(facts: Facts, attempt: Attempt): boolean {
  return facts.isDue && !facts.site.suspend && isWantedAttempt(facts, attempt);
}

function isWithdrawn(attempt: Attempt, seen: Observed): boolean {
  return recordFor(attempt.revision, seen)?.is === 'withdrawn' && !isOpen(attempt, seen);
}

function isUnbegun(attempt: Attempt, seen: Observed): boolean {
  if (!isOpen(attempt, seen)) return false;
  const { revision, number } = attempt;
  const { is } = runOf({ name: revision, number }, attempt, seen);
  return is === 'made' || is === 'crowded' || is === 'gated';
}
