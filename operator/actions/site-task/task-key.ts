import type { SiteTask } from '../../kinds/site-task/site-task.ts';
import { keyOf } from '../../kube/key.ts';
import type { Key } from '../../kube/key.ts';
import type { Manifest } from '../../kube/manifest.ts';
import { managedByLabel } from '../../kube/resources.ts';
import type { Index } from '../../kube/watch/store.ts';
import { isOfTask, manager, taskLabel } from '../../objects/labels.ts';

/** `namespace/name` of the SiteTask that an object is, or was made for by its labels. */
export function taskKeyOf(object: Manifest): Key | undefined {
  const { namespace, name, labels } = object.metadata;
  if (namespace === undefined) return undefined;
  if (object.kind === 'SiteTask') return keyOf(namespace, name);
  const task = isOfTask(object) && labels?.[managedByLabel] === manager ? labels[taskLabel] : undefined;
  return task === undefined ? undefined : keyOf(namespace, task);
}

/** The Job and the pods of a task. The labels alone prove nothing: `gather.ts` asks for the UID too. */
export const byTask: Index = {
  name: 'task',
  of: (object) => (object.kind === 'SiteTask' ? undefined : taskKeyOf(object)),
};

/** Tasks of one site that run at once: each costs pods, requests and memory that are there for all. */
export const atOnce = 10;

/** By their site: tasks that run or are about to, as their status says. That is written before anything is made for them. */
export const begunTasks: Index = {
  name: 'begun-tasks',
  of: (object) => {
    const { status, spec } = object as Manifest & Partial<SiteTask>;
    const { namespace } = object.metadata;
    if (object.kind !== 'SiteTask' || namespace === undefined || spec === undefined) return undefined;
    const hasPlace =
      status?.phase === 'Running' || (status?.phase === 'Pending' && status.reason === 'Starting');
    return hasPlace ? keyOf(namespace, spec.siteName) : undefined;
  },
};

export function jobName(task: string): string {
  return `${task}-task`;
}
