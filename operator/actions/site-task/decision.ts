import { after } from '../action.ts';
import type { Phase } from '../action.ts';
import type { End } from '../../commands/ending.ts';
import type { Manifest, Revision } from '../../components/component.ts';
import type { TaskReason } from '../../kinds/site-task/reasons.ts';
import { taskDefaults } from '../../kinds/site-task/site-task.ts';
import type { TaskFacts } from './facts.ts';
import { jobName } from './task-key.ts';

/** What a task comes to, and the one thing that is done about it. */
export interface Decision {
  /** What its status is to say; absent where that stays as it is. */
  reported?: TaskTold;
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
export const soon = 5_000;
export const minute = 60_000;

export const nothing: Act = { is: 'nothing' };

export function failed(reason: TaskReason, message: string): TaskTold {
  return { phase: 'Failed', reason, message };
}

export function pending(reason: TaskReason, message: string): TaskTold {
  return { phase: 'Pending', reason, message };
}

export function starting({ task: { metadata } }: TaskFacts): TaskTold {
  const words = `kubectl describe job/${jobName(metadata.name)} -n ${metadata.namespace}`;
  return pending('Starting', `The pod of the command is being made; if that lasts, ${words} says why.`);
}

export function deadlineOf({ task: { metadata, spec } }: Pick<TaskFacts, 'task'>): Date | undefined {
  return after(metadata.creationTimestamp, spec.deadlineSeconds ?? taskDefaults.deadlineSeconds);
}

export function refusedForTime(facts: TaskFacts): Decision | undefined {
  const deadline = deadlineOf(facts);
  if (deadline === undefined || facts.now < deadline) return undefined;
  return { reported: failed('DeadlineExceeded', lateSentence), act: nothing };
}

const lateSentence = 'The command could not begin within its deadline. Nothing was run.';

export function later(now: Date, milliseconds: number): Date {
  return new Date(now.getTime() + milliseconds);
}
