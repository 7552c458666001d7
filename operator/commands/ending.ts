import type { Job } from 'kubernetes-types/batch/v1.d.ts';
import type { ContainerStateTerminated, Pod } from 'kubernetes-types/core/v1.d.ts';
import { lastLines } from '../components/pod/last-lines.ts';
import type { Manifest } from '../kube/manifest.ts';
import { wasNeverMade } from './begun.ts';
import { container, isGated } from './job.ts';

/** How a command came out. The witness is its pod: a Job says Complete of a program that was stopped and ended with 0. */
export interface End {
  succeeded: boolean;
  reason: EndReason;
  exitCode?: number;
  /** What the container said last, without credentials in addresses; may be empty. */
  lines: string;
  /** How it ended, as a sentence without names of pods, times and counters. */
  sentence: string;
  startedAt?: string;
  finishedAt?: string;
}

export type EndReason = keyof typeof endReasons;

export const endReasons = {
  Succeeded: 'The command ended with code 0.',
  Failed: 'The command ended with another code than 0: its last lines say why.',
  OutOfMemory: 'The command was killed for using more memory than its limit: raise resources.limits.memory.',
  StartError: 'The command cannot be started: it is not in the image, or may not be run by its user.',
  Stopped:
    'Somebody stopped the command, or its node was emptied: it may have done part of its work; look at the data, then run it again.',
  DeadlineExceeded:
    'The command did not end within deadlineSeconds: make it faster, or raise deadlineSeconds.',
  Evicted:
    'The node put the pod out, for want of memory or disk: it may have done part of its work; look at the data, then run it again.',
  Lost: 'The node of the command went away in the middle: it may have done part of its work; look at the data, then run it again.',
  Unseen:
    'Nobody saw how the command ended, its pod is gone: it may have done part of its work; look at the data, then run it again.',
  NeverStarted: 'The command never began: run it again when the cause is gone.',
} as const;

/**
 * How the recorded pod ended; undefined while it may still run. `job` is that of the pod: once it has failed, it ends the pod, and
 * how that goes changes nothing.
 */
export function terminationOf(pod: Manifest, job?: Manifest): End | undefined {
  const { spec, status } = pod as Manifest & Pod;
  if (spec?.nodeName === undefined && !isGated(pod)) return endOfUnplaced(pod);
  if (status?.phase === 'Succeeded' || status?.phase === 'Failed') return terminalEnd(pod);
  return job === undefined ? undefined : endByJob(job);
}

/** It may start, and has come to no node. It still can, whatever its Job says, until it is given up or on its way out. */
function endOfUnplaced(pod: Manifest): End | undefined {
  const isLeft = isOver(pod) || pod.metadata.deletionTimestamp !== undefined;
  return isLeft ? neverStarted('The command never began: no node took its pod.') : undefined;
}

export function isOver(pod: Manifest): boolean {
  const { phase } = (pod as Manifest & Pod).status ?? {};
  return phase === 'Succeeded' || phase === 'Failed';
}

/** Of a record whose pod is not there, as a live look has shown. */
export const unseen: End = failed('Unseen', 'Nobody saw how the command ended: its pod is gone.');

/** Of a program that may have turned the signal to stop into 0. */
export const stopped = {
  succeeded: false,
  reason: 'Stopped',
  sentence: 'The command was stopped before it had ended.',
} as const;

/** Of one that nothing ends any more: it has no Job, and its deadline is over. */
export const silent: End = failed(
  'Lost',
  'The node of the command does not answer: it may still run there, although its deadline is over.',
);

/** Of a command that is not recorded, and never will be. `refused` says why Kubernetes makes no pod, where that is known. */
export function neverStarted(refused?: string): End {
  return failed('NeverStarted', refused ?? 'The command never began: its pod did not come up in time.');
}

/** Whether a Job is over, or about to be: no pod of it is to be begun any more. */
export function isFinished(job: Manifest): boolean {
  return finishes(job).length > 0;
}

/** It says that a pod of it succeeded: that one had begun. */
export function isComplete(job: Manifest): boolean {
  return finishes(job).some(({ type }) => type === 'Complete' || type === 'SuccessCriteriaMet');
}

function terminalEnd(pod: Manifest): End {
  const { status } = pod as Manifest & Pod;
  const end = status?.containerStatuses?.find(({ name }) => name === container)?.state?.terminated;
  if (end === undefined || wasLost(end)) return noWitness(pod);
  const facts = {
    exitCode: end.exitCode,
    lines: lastLines(end),
    ...(hasStarted(end) ? { startedAt: end.startedAt } : {}),
    ...(end.finishedAt === undefined ? {} : { finishedAt: end.finishedAt }),
  };
  const [reason, sentence] = manner(pod, end);
  return { succeeded: reason === 'Succeeded', reason, sentence, ...facts };
}

/** The kubelet writes 1970 of what could not be started. */
function hasStarted(end: ContainerStateTerminated): end is ContainerStateTerminated & { startedAt: string } {
  return Date.parse(end.startedAt ?? '') > 0;
}

/** The kubelet writes so of a container that it does not find again: its code says nothing. */
function wasLost({ reason, exitCode }: ContainerStateTerminated): boolean {
  return reason === 'ContainerStatusUnknown' || (reason === 'Unknown' && exitCode === 255);
}

function noWitness(pod: Manifest): End {
  const { reason } = (pod as Manifest & Pod).status ?? {};
  if (reason === 'DeadlineExceeded')
    return wasNeverMade(pod) ? neverStarted() : failed('DeadlineExceeded', tooLong);
  if (reason === 'Evicted') return failed('Evicted', evicted);
  return failed('Lost', 'The node of the command went away in the middle.');
}

const tooLong = 'The command did not end within its deadline.';
const evicted = 'The node put out the pod of the command.';

function manner(pod: Manifest, end: ContainerStateTerminated): [EndReason, string] {
  const { status } = pod as Manifest & Pod;
  if (status?.reason === 'DeadlineExceeded') return ['DeadlineExceeded', tooLong];
  if (status?.reason === 'Evicted') return ['Evicted', evicted];
  if (wasStopped(pod, end)) return [stopped.reason, stopped.sentence];
  const isSuccess = status?.phase === 'Succeeded' && end.exitCode === 0;
  return isSuccess ? ['Succeeded', 'The command ended with code 0.'] : failureOf(end);
}

function failureOf({ exitCode, reason }: ContainerStateTerminated): [EndReason, string] {
  if (reason === 'OOMKilled')
    return ['OutOfMemory', 'The command was killed for using more memory than its limit.'];
  if (reason === 'StartError' || reason === 'ContainerCannotRun')
    return ['StartError', 'The command cannot be started.'];
  if (exitCode === 0) return ['Failed', 'The command ended with code 0, and its pod failed.'];
  return ['Failed', `The command ended with code ${exitCode}.`];
}

/**
 * Whether it ended after somebody had asked for its deletion, as far as whole seconds tell: many programs end with 0 when they are
 * told to stop.
 */
function wasStopped(pod: Manifest, { finishedAt = '' }: ContainerStateTerminated): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = (pod as Manifest & Pod).metadata;
  if (deletionTimestamp === undefined) return false;
  const asked = Date.parse(deletionTimestamp) - deletionGracePeriodSeconds * 1000;
  return !(Date.parse(finishedAt) < asked);
}

/** It has failed and takes its pod away. That it is complete says nothing of a pod that has not ended. */
function endByJob(job: Manifest): End | undefined {
  const failure = finishes(job).find(({ type }) => type === 'FailureTarget' || type === 'Failed');
  if (failure === undefined) return undefined;
  if (failure.reason === 'DeadlineExceeded') return failed('DeadlineExceeded', tooLong);
  return failed('Failed', 'Kubernetes gave the command up.');
}

function finishes(job: Manifest) {
  const { conditions = [] } = (job as Manifest & Job).status ?? {};
  return conditions.filter(({ type, status }) => status === 'True' && ends.has(type));
}

const ends: ReadonlySet<string> = new Set(['Complete', 'Failed', 'FailureTarget', 'SuccessCriteriaMet']);

function failed(reason: EndReason, sentence: string): End {
  return { succeeded: false, reason, sentence, lines: '' };
}
