import { unseen } from '../../commands/ending.ts';
import type { End } from '../../commands/ending.ts';
import type { Run } from '../../commands/run.ts';
import type { Manifest, Revision } from '../../components/component.ts';
import { podTrouble } from '../../components/pod/pod-trouble.ts';
import type { TaskReason } from '../../kinds/site-task/reasons.ts';
import { taskDefaults } from '../../kinds/site-task/site-task.ts';
import { revisionLabel } from '../../objects/labels.ts';
import { after, expiry, isEnd } from '../action.ts';
import type { Phase } from '../action.ts';
import { stateOf } from './gather.ts';
import type { LiveFacts, TaskFacts } from './gather.ts';
import { jobName } from './task-key.ts';

/** What a task comes to, and the one thing that is done about it. */
export interface Decision {
  /** What its status is to say; absent where that stays as it is. */
  told?: TaskTold;
  act: Act;
  /** When to look again although nothing changes. */
  recheckAt?: Date | undefined;
}

export interface TaskTold {
  phase: Phase;
  reason: TaskReason;
  message: string;
  end?: End;
  /** Name of the release in which it is going to run. */
  revision?: string;
  /** The pod that runs, or has run. */
  pod?: Manifest | undefined;
}

/**
 * One write, and only once the status says what led to it: what was decided by an older status is a Conflict then. So a start
 * that somebody had decided on before a task was refused comes too late.
 */
export type Act =
  | { is: 'nothing' }
  /** Ask the API server itself, and decide again. */
  | { is: 'look' }
  | { is: 'create'; revision: Revision; deadlineSeconds: number }
  | { is: 'record'; pod: Manifest }
  | { is: 'open'; pod: Manifest }
  | { is: 'remove'; job: Manifest }
  /** The task itself, whose time is over. */
  | { is: 'delete' };

/** Milliseconds until the caches should have heard of what the API server knows. */
const soon = 5_000;
const minute = 60_000;

/** The rows of docs/understand/adr/0023-a-command-of-a-release-runs-at-most-once.md, 1.9; the first that fits counts. */
export function decide(facts: TaskFacts): Decision {
  const { task, run } = facts;
  if (isEnd(task.status?.phase)) return ended(facts);
  if (run.is === 'ended') return { told: cameOut(run.end, run.pod), act: nothing };
  return refused(facts) ?? (isRecorded(run) ? recorded(facts, run) : unrecorded(facts, run));
}

const nothing: Act = { is: 'nothing' };

/** Of what was refused nothing may be left that somebody could start; the rest stays for its log, until the time is over. */
function ended({ task, run, job, now }: TaskFacts): Decision {
  const isLeft = job !== undefined && job.metadata.deletionTimestamp === undefined;
  if (isLeft && (neverBegan(run) || task.status?.reason === 'SiteGone'))
    return { act: { is: 'remove', job } };
  const until = expiry(task.status ?? {}, task.spec.ttlSecondsAfterFinished);
  if (until === undefined) return { act: nothing };
  return until <= now ? { act: { is: 'delete' } } : { act: nothing, recheckAt: until };
}

function neverBegan({ is }: Run): boolean {
  return is === 'made' || is === 'gated' || is === 'crowded';
}

type Recorded = Extract<Run, { is: 'recorded' | 'running' | 'missing' }>;

function isRecorded(run: Run): run is Recorded {
  return run.is === 'recorded' || run.is === 'running' || run.is === 'missing';
}

function cameOut(end: End, pod: Manifest | undefined): TaskTold {
  const { succeeded, reason, sentence, lines } = end;
  if (succeeded) return { phase: 'Succeeded', reason, message: lines, end, pod };
  const advice = advices[reason] ?? '';
  const last = lines === '' ? '' : ` Its last lines:\n${lines}`;
  return { phase: 'Failed', reason, message: `${sentence}${advice}${last}`, end, pod };
}

const halfDone = ' It may have done part of its work: look at the data before you create the task again.';

const advices: Partial<Record<TaskReason, string>> = {
  Stopped: halfDone,
  Evicted: halfDone,
  Lost: halfDone,
  Unseen: `${halfDone} A copy of a task that carries the annotation hostedsite.dev/command never runs: leave that out.`,
};

/** A site that is gone ends its tasks, one that is held those that have not begun; and nothing begins after its deadline. */
function refused(facts: TaskFacts): Decision | undefined {
  const hasBegun = isRecorded(facts.run);
  return refusedBySite(facts, hasBegun) ?? (hasBegun ? undefined : refusedForTime(facts));
}

function refusedBySite({ site, live }: TaskFacts, hasBegun: boolean): Decision | undefined {
  const state = live?.site ?? stateOf(site);
  if (state === 'there' || (state === 'held' && hasBegun)) return undefined;
  // What the caches say of it may be old.
  if (live === undefined) return { act: { is: 'look' } };
  const told =
    state === 'held' ? failed('SiteHeld', heldSentence) : failed('SiteGone', goneSentence(hasBegun));
  return { told, act: nothing };
}

function refusedForTime(facts: TaskFacts): Decision | undefined {
  const deadline = deadlineOf(facts);
  if (deadline === undefined || facts.now < deadline) return undefined;
  return { told: failed('DeadlineExceeded', lateSentence), act: nothing };
}

function failed(reason: TaskReason, message: string): TaskTold {
  return { phase: 'Failed', reason, message };
}

function goneSentence(hasBegun: boolean): string {
  return hasBegun
    ? `The site of the task is gone or being deleted, and the command was stopped.${halfDone}`
    : 'There is no site of this name, or it is being deleted. Nothing was run.';
}

const heldSentence =
  'The site is suspended. Nothing was run: create the task again when spec.suspend is no longer true.';
const lateSentence = 'The command could not begin within its deadline. Nothing was run.';

function deadlineOf({ task: { metadata, spec } }: Pick<TaskFacts, 'task'>): Date | undefined {
  return after(metadata.creationTimestamp, spec.deadlineSeconds ?? taskDefaults.deadlineSeconds);
}

/** Of what it waits for not all wakes it, a pod of the site that is ready again for one. */
function recheckOf(facts: TaskFacts): Date {
  const next = later(facts.now, minute);
  const deadline = deadlineOf(facts);
  return deadline !== undefined && deadline < next ? deadline : next;
}

function later(now: Date, milliseconds: number): Date {
  return new Date(now.getTime() + milliseconds);
}

/** From the record on there is no way back but the end of that pod. */
function recorded(facts: TaskFacts, run: Recorded): Decision {
  const { live, now } = facts;
  if (run.is === 'running') return running(run.pod, now);
  if (live === undefined) return { act: { is: 'look' } };
  const uid = run.is === 'missing' ? run.uid : run.pod.metadata.uid;
  if (!live.pods.some((one) => one.uid === uid)) return { told: cameOut(unseen, undefined), act: nothing };
  const recheckAt = later(now, soon);
  return run.is === 'missing' ? { act: nothing, recheckAt } : { ...behindGate(facts, run), recheckAt };
}

function behindGate(facts: TaskFacts, { job, pod }: Extract<Run, { is: 'recorded' }>): Decision {
  const { live } = facts;
  const told = starting(facts);
  if (job !== undefined && live?.site === 'there' && live.isSame) return { told, act: { is: 'open', pod } };
  // Nothing ends a pod that never started and has lost its Job.
  const late = job === undefined ? refusedForTime(facts) : undefined;
  return late ?? { told, act: nothing };
}

function running(pod: Manifest, now: Date): Decision {
  const trouble = podTrouble([pod], { now, remarks: new Map() });
  const told: TaskTold =
    trouble === undefined
      ? { phase: 'Running', reason: 'Running', message: 'The command runs.', pod }
      : { phase: 'Running', reason: 'Starting', message: trouble.message, pod };
  return { told, act: nothing, recheckAt: trouble?.recheckAt };
}

function unrecorded(facts: TaskFacts, run: Run): Decision {
  const { serving, isReleasing, job } = facts;
  const recheckAt = recheckOf(facts);
  if (isReleasing) return { ...yielding(job), recheckAt };
  if (serving === undefined) return { told: pending('NotServing', notServing), act: nothing, recheckAt };
  const told = { ...starting(facts), revision: serving.name };
  if (job !== undefined && revisionOf(job) !== serving.name && neverBegan(run))
    return { told, act: { is: 'remove', job }, recheckAt };
  if (run.is !== 'none' && run.is !== 'gated') return { told, act: nothing, recheckAt };
  return { recheckAt, ...(begin(facts) ?? { told, ...next(facts, serving) }) };
}

/** The caches may not know that a command of a release has a pod; undefined when none has. */
function begin({ live, over, job, now }: TaskFacts): Decision | undefined {
  if (live === undefined) return { act: { is: 'look' } };
  if (!live.releasePods.some(mayRun(over))) return undefined;
  return { ...yielding(job), recheckAt: later(now, soon) };
}

/** The pod that is recorded must be the only one of its task. */
function next(facts: TaskFacts, serving: Revision): Omit<Decision, 'told'> {
  const { run, live, over, now } = facts;
  if (run.is !== 'gated') return { act: creation(facts, serving) };
  const [first, ...others] = live?.pods.filter(mayRun(over)) ?? [];
  const isAlone = others.length === 0 && first?.uid === run.pod.metadata.uid;
  if (isAlone && live?.isSame === true) return { act: { is: 'record', pod: run.pod } };
  return { act: nothing, recheckAt: later(now, soon) };
}

function mayRun(over: ReadonlySet<string>): (pod: LiveFacts['pods'][number]) => boolean {
  return ({ uid = '' }) => !over.has(uid);
}

function pending(reason: TaskReason, message: string): TaskTold {
  return { phase: 'Pending', reason, message };
}

const notServing = 'The task waits until a release of the site serves.';

function starting({ task: { metadata } }: TaskFacts): TaskTold {
  const words = `kubectl describe job/${jobName(metadata.name)} -n ${metadata.namespace}`;
  return pending('Starting', `The pod of the command is being made; if that lasts, ${words} says why.`);
}

/** A release that waits for tasks does not wait for one that has not begun. */
function yielding(job: Manifest | undefined): Decision {
  const told = pending('ReleaseRunning', 'The task waits for the end of a command of a release.');
  const isLeft = job !== undefined && job.metadata.deletionTimestamp === undefined;
  return { told, act: isLeft ? { is: 'remove', job } : nothing };
}

function creation(facts: TaskFacts, revision: Revision): Act {
  const left = ((deadlineOf(facts)?.getTime() ?? 0) - facts.now.getTime()) / 1000;
  return { is: 'create', revision, deadlineSeconds: Math.max(1, Math.ceil(left)) };
}

export function revisionOf(job: Manifest | undefined): string | undefined {
  return job?.metadata.annotations?.[revisionLabel];
}
