import type { Pod } from 'kubernetes-types/core/v1.d.ts';
import { hasBegun } from '../../commands/begun.ts';
import { terminationOf, isOver, neverStarted, silent, stopped, unseen } from '../../commands/ending.ts';
import type { End } from '../../commands/ending.ts';
import { isGated } from '../../commands/job.ts';
import type { Run } from '../../commands/run.ts';
import type { Manifest } from '../../components/component.ts';
import { podTrouble } from '../../components/pod/pod-trouble.ts';
import type { TaskReason } from '../../kinds/site-task/reasons.ts';
import { taskDefaults } from '../../kinds/site-task/site-task.ts';
import { after } from '../action.ts';
import { later, minute, nothing, pending, refusedForTime, soon, starting } from './decision.ts';
import type { Decision, TaskTold } from './decision.ts';
import type { TaskFacts } from './facts.ts';

/** What becomes of a task from its record on. */

export type Recorded = Extract<Run, { is: 'recorded' | 'running' | 'missing' }>;

export function isRecorded(run: Run): run is Recorded {
  return run.is === 'recorded' || run.is === 'running' || run.is === 'missing';
}

/** What a Job says of a pod that has not ended may be ahead of what the caches know of that pod, which says more. */
export function over({ task, live, job }: TaskFacts, { end, pod }: Extract<Run, { is: 'ended' }>): Decision {
  if (pod === undefined || isOver(pod)) return { reported: cameOut(asSeen(end, task), pod), act: nothing };
  if (live === undefined) return { act: { is: 'look' } };
  // A gate that the caches still have may have been opened since.
  if (live.pod === undefined) return { reported: cameOut(isGated(pod) ? unseen : end, pod), act: nothing };
  if (isGated(live.pod)) return { reported: cameOut(neverStarted(), undefined), act: nothing };
  return { reported: cameOut(terminationOf(live.pod, job) ?? end, live.pod), act: nothing };
}

/** Whoever saw it being stopped knows more than the clock of its node, which says when it ended. */
function asSeen(end: End, { status }: TaskFacts['task']): End {
  return end.succeeded && status?.message === beingStopped ? { ...end, ...stopped } : end;
}

const beingStopped = 'The command is being stopped.';

function cameOut(end: End, pod: Manifest | undefined): TaskTold {
  const { succeeded, reason, sentence, lines } = end;
  if (succeeded) return { phase: 'Succeeded', reason, message: lines, end, pod };
  const advice = advices[reason] ?? '';
  const last = lines === '' ? '' : ` Its last lines:\n${lines}`;
  return { phase: 'Failed', reason, message: `${sentence}${advice}${last}`, end, pod };
}

export const halfDone =
  ' It may have done part of its work: look at the data before you create the task again.';

const advices: Partial<Record<TaskReason, string>> = {
  Stopped: halfDone,
  Evicted: halfDone,
  Lost: halfDone,
  Unseen: `${halfDone} A copy of a task that carries the annotation hostedsite.dev/command never runs: leave that out.`,
};

/** From the record on there is no way back but the end of that pod. */
export function recorded(facts: TaskFacts, run: Recorded): Decision {
  const { live, now } = facts;
  if (run.is === 'running') return running(facts, run.pod);
  if (live === undefined) return { act: { is: 'look' } };
  const uid = run.is === 'missing' ? run.uid : run.pod.metadata.uid;
  if (!live.pods.some((one) => one.uid === uid))
    return { reported: cameOut(unseen, undefined), act: nothing };
  if (run.is === 'missing') return unheard(facts);
  return { ...behindGate(facts, run), recheckAt: later(now, soon) };
}

/** The caches do not have it: not yet, or because somebody has changed what they know it by. */
function unheard(facts: TaskFacts): Decision {
  const { live, job, now } = facts;
  const pod = live?.pod;
  if (pod === undefined || isGated(pod)) return { act: nothing, recheckAt: later(now, soon) };
  const end = terminationOf(pod, job);
  if (end !== undefined) return { reported: cameOut(end, pod), act: nothing };
  return { ...running(facts, pod), recheckAt: later(now, minute) };
}

function behindGate(facts: TaskFacts, { job, pod }: Extract<Run, { is: 'recorded' }>): Decision {
  const { live } = facts;
  const isWhole = [job, pod].every((one) => one !== undefined && !isLeaving(one));
  if (isWhole && live?.site === 'there' && live.isSame && live.isJobThere)
    return { reported: starting(facts), act: { is: 'open', pod } };
  // Nothing ends a pod that never started and has lost its Job.
  const late = job === undefined ? refusedForTime(facts) : undefined;
  return late ?? { reported: live?.site === 'held' ? heldBack : starting(facts), act: nothing };
}

function isLeaving({ metadata }: Manifest): boolean {
  return metadata.deletionTimestamp !== undefined;
}

function running(facts: TaskFacts, pod: Manifest): Decision {
  const { live, job, now } = facts;
  const until = job === undefined || isLeaving(job) ? forgotten(facts, pod) : undefined;
  if (until === undefined || now < until) return opened(pod, { now, until });
  if (live === undefined) return { act: { is: 'look' } };
  const end = live.pod === undefined ? unseen : (terminationOf(live.pod, job) ?? silent);
  return { reported: cameOut(end, live.pod), act: nothing };
}

/** Its node should have ended it by then, and no Job does. */
function forgotten({ task: { spec } }: TaskFacts, pod: Manifest): Date | undefined {
  const seconds = (spec.deadlineSeconds ?? taskDefaults.deadlineSeconds) + 60;
  return after((pod as Manifest & Pod).status?.startTime ?? pod.metadata.creationTimestamp, seconds);
}

function opened(pod: Manifest, { now, until }: { now: Date; until: Date | undefined }): Decision {
  const trouble = podTrouble([pod], { now, remarks: new Map() });
  const reported: TaskTold =
    trouble === undefined
      ? { phase: 'Running', ...howFar(pod), pod }
      : { phase: 'Running', reason: 'Starting', message: trouble.message, pod };
  return { reported, act: nothing, recheckAt: trouble?.recheckAt ?? until };
}

function howFar(pod: Manifest): Pick<TaskTold, 'reason' | 'message'> {
  if (isLeaving(pod)) return { reason: 'Running', message: beingStopped };
  if (hasBegun(pod)) return { reason: 'Running', message: 'The command runs.' };
  const { namespace, ownerReferences = [] } = pod.metadata;
  const words = `kubectl describe pod -n ${namespace} -l batch.kubernetes.io/job-name=${ownerReferences[0]?.name}`;
  return { reason: 'Starting', message: `The command has not begun; if that lasts, ${words} says why.` };
}

const heldBack = pending('Starting', 'The site is suspended: the command begins when it no longer is.');
