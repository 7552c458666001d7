import { begunAt } from '../../commands/begun.ts';
import type { SiteTaskStatus } from '../../kinds/site-task/status.ts';
import { conditionsOf, isEnd, onward, timestamp } from '../action.ts';
import { revisionOf } from './decide.ts';
import type { TaskTold } from './decision.ts';
import type { TaskFacts } from './facts.ts';
import { jobName } from './task-key.ts';

/** What the status says after a decision. Of what can no longer be seen it says what it said. */
export function taskStatus(reported: TaskTold, { task, job, now }: TaskFacts): SiteTaskStatus {
  const { metadata, status: before = {} } = task;
  const { generation } = metadata;
  const phase = onward(before.phase, reported.phase);
  const { reason, message } = reported;
  const conditions = conditionsOf(
    { phase, reason, message },
    { before: before.conditions ?? [], generation, now },
  );
  return {
    observedGeneration: generation,
    phase,
    reason,
    ...optional('revision', reported.revision ?? revisionOf(job) ?? before.revision),
    ...times(reported, before, now),
    ...optional('exitCode', reported.end?.exitCode),
    ...optional('message', message === '' ? undefined : message),
    ...optional('logs', reported.pod === undefined ? before.logs : logsOf(metadata)),
    conditions,
  };
}

function times(
  reported: TaskTold,
  before: SiteTaskStatus,
  now: Date,
): Pick<SiteTaskStatus, 'startTime' | 'completionTime'> {
  const start = optional('startTime', startOf(reported) ?? before.startTime);
  return isEnd(reported.phase)
    ? { ...start, completionTime: reported.end?.finishedAt ?? timestamp(now) }
    : start;
}

function startOf({ end, pod }: TaskTold): string | undefined {
  return end?.startedAt ?? (pod && begunAt(pod));
}

function logsOf({ name, namespace }: { name: string; namespace: string }): string {
  return `kubectl logs job/${jobName(name)} -n ${namespace}`;
}

function optional<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): Partial<Record<Name, Value>> {
  return value === undefined ? {} : ({ [name]: value } as Record<Name, Value>);
}
