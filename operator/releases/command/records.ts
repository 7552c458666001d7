import { isOpen, recordFor, runOf } from './attempt.ts';
import { neverStarted } from '../../commands/ending.ts';
import { marked, unmarked } from '../../commands/record.ts';
import type { Run } from '../../commands/run.ts';
import type { Asked } from './attempt.ts';
import { isSettled, isToBeMarked, isToBeUnmarked } from './due.ts';
import type { Facts, RecordStep } from './state.ts';
import { lastTrouble } from './report.ts';

/** What has ended, whatever the spec asks for now, and whatever is held. */
export function ends({ seen, attempt }: Pick<Facts, 'seen' | 'attempt'>): RecordStep[] {
  return seen.revisions.flatMap((revision) => endOfOne(revision, { seen, attempt }));
}

function endOfOne({ name, number }: Asked, { seen, attempt }: Pick<Facts, 'seen' | 'attempt'>): RecordStep[] {
  const record = recordFor(name, seen);
  const own = attempt?.revision === name && isOpen(attempt, seen) ? attempt : undefined;
  if (record?.is !== 'running' && own === undefined) return [];
  const { hash } = record?.is === 'running' ? record : { hash: '', ...own };
  return stepAfter(runOf({ name, number }, attempt, seen), { name, number }, hash, lastTrouble(seen));
}

function stepAfter(
  run: Run,
  { name: revision, number }: Asked,
  hash: string,
  trouble: string | undefined,
): RecordStep[] {
  if (run.is === 'missing') return [{ is: 'look', revision, uid: run.uid, number, hash }];
  if (run.is !== 'ended') return [];
  const end = run.end.reason === 'NeverStarted' && trouble !== undefined ? neverStarted(trouble) : run.end;
  const record = end.succeeded ? ({ is: 'succeeded' } as const) : ({ is: 'failed', number, hash } as const);
  return [{ is: 'write', revision, record, end }];
}

/** What nothing else will tell before long. */
export function settled({ site, seen, desired, attempt }: Omit<Facts, 'run'>): RecordStep[] {
  const revision = desired.name;
  // With a Job it is withdrawn.
  if (isToBeUnmarked(site, desired, seen) && attempt?.revision !== revision)
    return [{ is: 'write', revision, record: unmarked(recordFor(revision, seen)) }];
  if (isSettled(site, desired, seen)) return [{ is: 'write', revision, record: { is: 'succeeded' } }];
  if (!isToBeMarked(site, desired, seen)) return [];
  return [{ is: 'write', revision, record: marked(recordFor(revision, seen)) }];
}
