import type { Run } from '../../commands/run.ts';
import type { Manifest, Revision } from '../../components/component.ts';
import { revisionLabel } from '../../objects/labels.ts';
import { expiry, isEnd } from '../action.ts';
import { halfDone, isRecorded, over, recorded } from './begun.ts';
import {
  deadlineOf,
  failed,
  later,
  minute,
  nothing,
  pending,
  refusedForTime,
  soon,
  starting,
} from './decision.ts';
import type { Act, Decision, TaskTold } from './decision.ts';
import { stateOf } from './facts.ts';
import type { LiveFacts, TaskFacts } from './facts.ts';
import { atOnce } from './task-key.ts';

/** The rows of docs/understand/adr/0023-a-command-of-a-release-runs-at-most-once.md, 1.9; the first that fits counts. */
export function decide(facts: TaskFacts): Decision {
  const { task, run } = facts;
  if (isEnd(task.status?.phase)) return ended(facts);
  if (run.is === 'ended') return over(facts, run);
  return refused(facts) ?? (isRecorded(run) ? recorded(facts, run) : unrecorded(facts, run));
}

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

/** A site that is gone ends its tasks, one that is held those that have not begun; and nothing begins after its deadline. */
function refused(facts: TaskFacts): Decision | undefined {
  const hasBegun = isRecorded(facts.run);
  return (
    refusedBySite(facts, hasBegun) ?? (hasBegun ? undefined : (refusedForTime(facts) ?? tooHeavy(facts)))
  );
}

function refusedBySite({ site, live }: TaskFacts, hasBegun: boolean): Decision | undefined {
  const state = live?.site ?? stateOf(site);
  if (state === 'there' || (state === 'held' && hasBegun)) return undefined;
  // What the caches say of it may be old.
  if (live === undefined) return { act: { is: 'look' } };
  const reported =
    state === 'held' ? failed('SiteHeld', heldSentence) : failed('SiteGone', goneSentence(hasBegun));
  return { reported, act: nothing };
}

function tooHeavy({ isHeavy }: TaskFacts): Decision | undefined {
  return isHeavy ? { reported: failed('Rejected', heavySentence), act: nothing } : undefined;
}

function goneSentence(hasBegun: boolean): string {
  return hasBegun
    ? `The site of the task is gone or being deleted, and the command was stopped.${halfDone}`
    : 'There is no site of this name, or it is being deleted. Nothing was run.';
}

const heldSentence =
  'The site is suspended. Nothing was run: create the task again when spec.suspend is no longer true.';
const heavySentence =
  'The task is larger than 128 KiB. Nothing was run: create it with a shorter command, and with fewer or shorter annotations.';
/** Of what it waits for not all wakes it, a pod of the site that is ready again for one. */
function recheckOf(facts: TaskFacts): Date {
  const next = later(facts.now, minute);
  const deadline = deadlineOf(facts);
  return deadline !== undefined && deadline < next ? deadline : next;
}

function unrecorded(facts: TaskFacts, run: Run): Decision {
  const { serving, isReleasing, job } = facts;
  const recheckAt = recheckOf(facts);
  if (isReleasing) return { ...yielding(job), recheckAt };
  if (serving === undefined) return { reported: pending('NotServing', notServing), act: nothing, recheckAt };
  if (isQueued(facts)) return { reported: pending('Queued', queued), act: nothing, recheckAt };
  const reported = { ...beginning(facts), revision: serving.name };
  if (job !== undefined && revisionOf(job) !== serving.name && neverBegan(run))
    return { reported, act: { is: 'remove', job }, recheckAt };
  if (run.is !== 'none' && run.is !== 'gated') return { reported, act: nothing, recheckAt };
  return { recheckAt, ...(begin(facts) ?? { reported, ...next(facts, serving) }) };
}

/** What stood against its Job the last time stands until there is one. */
function beginning(facts: TaskFacts): TaskTold {
  const { status } = facts.task;
  const isTold = facts.run.is === 'none' && status?.reason === 'Starting';
  return {
    ...starting(facts),
    ...(isTold && status.message !== undefined ? { message: status.message } : {}),
  };
}

function isQueued({ isFull, run }: TaskFacts): boolean {
  return isFull && run.is === 'none';
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

const queued = `The task waits for the end of another one of the site: ${atOnce} run at once.`;
const notServing = 'The task waits until a release of the site serves.';

/** A release that waits for tasks does not wait for one that has not begun. */
function yielding(job: Manifest | undefined): Decision {
  const reported = pending('ReleaseRunning', 'The task waits for the end of a command of a release.');
  const isLeft = job !== undefined && job.metadata.deletionTimestamp === undefined;
  return { reported, act: isLeft ? { is: 'remove', job } : nothing };
}

function creation(facts: TaskFacts, revision: Revision): Act {
  const left = ((deadlineOf(facts)?.getTime() ?? 0) - facts.now.getTime()) / 1000;
  return { is: 'create', revision, deadlineSeconds: Math.max(1, Math.ceil(left)) };
}

export function revisionOf(job: Manifest | undefined): string | undefined {
  return job?.metadata.annotations?.[revisionLabel];
}
