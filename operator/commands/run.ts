import type { Manifest } from '../kube/manifest.ts';
import { terminationOf, isComplete, isFinished, isOver, neverStarted, unseen } from './ending.ts';
import type { End } from './ending.ts';
import { isGated } from './job.ts';
import type { CommandRecord } from './record.ts';

/** What the caches know of one attempt. */
export interface RunFacts {
  job?: Manifest | undefined;
  /** Of this Job, by the UID of their owner; and the one that the record names, whoever owns it. */
  pods: readonly Manifest[];
  record?: CommandRecord | undefined;
  /** It was told of a pod of it that it runs, which is told of no other than the recorded one. */
  wasRunning?: boolean;
}

/** How far one attempt of a command is. What nothing says of is not guessed: `missing` asks for a live look. */
export type Run =
  /** Neither Job nor record. */
  | { is: 'none' }
  /** A Job, and no pod that could be recorded yet. */
  | { is: 'made'; job: Manifest }
  /** The Job is being deleted, and nothing was recorded. */
  | { is: 'leaving'; job: Manifest }
  /** A pod alone behind its gate: the record comes next. */
  | { is: 'gated'; job: Manifest; pod: Manifest }
  /** More than one pod, and none is recorded: wait until the Job's controller has removed the others. */
  | { is: 'crowded'; job: Manifest }
  /** The pod that the record names is behind its gate: opening it comes next. The Job may be gone. */
  | { is: 'recorded'; job?: Manifest; pod: Manifest }
  /** The gate is gone, recorded or not. */
  | { is: 'running'; pod: Manifest }
  /** The end is known; `pod` may not have ended yet. */
  | { is: 'ended'; end: End; pod?: Manifest }
  /** The record names a pod that the caches do not have. */
  | { is: 'missing'; uid: string }
  /** It is written down how it came out. */
  | { is: 'closed'; record: Exclude<CommandRecord, { is: 'running' }> };

export function run({ job, pods, record, wasRunning = false }: RunFacts): Run {
  if (record !== undefined && record.is !== 'running') return { is: 'closed', record };
  if (record !== undefined) return recorded(record.uid, pods, job);
  // Who took the record away, or rendered anew what carried it, does not make a second start of it.
  const begun = pods.find((pod) => !isGated(pod));
  if (begun !== undefined) return recorded(begun.metadata.uid ?? '', pods, job);
  if (wasRunning) return { is: 'missing', uid: '' };
  return job === undefined ? { is: 'none' } : unrecorded(job, pods);
}

function recorded(uid: string, pods: readonly Manifest[], job: Manifest | undefined): Run {
  const pod = pods.find(({ metadata }) => metadata.uid === uid);
  if (pod === undefined) return { is: 'missing', uid };
  const end = terminationOf(pod, job);
  // A gate is never put back: behind it nothing has begun, whatever ended its pod.
  if (end !== undefined) return { is: 'ended', end: isGated(pod) ? neverStarted(heldBack) : end, pod };
  if (!isGated(pod)) return { is: 'running', pod };
  return { is: 'recorded', pod, ...(job === undefined ? {} : { job }) };
}

const heldBack = 'The command never began: its pod was ended before it was let through.';

function unrecorded(job: Manifest, pods: readonly Manifest[]): Run {
  // What is complete has run: who took the record away did not undo that.
  if (isComplete(job)) return { is: 'ended', end: unseen };
  if (isFinished(job)) return { is: 'ended', end: neverStarted() };
  if (job.metadata.deletionTimestamp !== undefined) return { is: 'leaving', job };
  const [pod, ...others] = pods.filter((one) => !isOver(one));
  if (others.length > 0) return { is: 'crowded', job };
  if (pod === undefined || pod.metadata.deletionTimestamp !== undefined) return { is: 'made', job };
  return { is: 'gated', job, pod };
}
