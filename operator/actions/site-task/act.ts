import type { Pod } from 'kubernetes-types/core/v1.d.ts';
import { commandJob, container, opened } from '../../commands/job.ts';
import { commandAnnotation, commandManager, recordText } from '../../commands/record.ts';
import type { Manifest, PodTemplate } from '../../components/component.ts';
import { commandPod } from '../../components/pod/command-pod.ts';
import type { Placed } from '../../components/pod/command-pod.ts';
import { events } from '../../kinds/site-task/events.ts';
import { siteTaskNames } from '../../kinds/site-task/site-task.ts';
import type { SiteTask } from '../../kinds/site-task/site-task.ts';
import type { SiteTaskStatus } from '../../kinds/site-task/status.ts';
import type { Cluster } from '../../kube/cluster.ts';
import { AlreadyExists, BadRequest, Forbidden, Invalid, MissingRight } from '../../kube/errors.ts';
import type { ApiError } from '../../kube/errors.ts';
import type { ObjectMeta } from '../../kube/manifest.ts';
import { revisionLabel, statusManager } from '../../objects/labels.ts';
import { isEnd } from '../action.ts';
import { pending } from './decision.ts';
import type { Act, TaskTold } from './decision.ts';
import { labelsOf } from './gather.ts';
import { jobName } from './task-key.ts';

/** Does the one thing that was decided. What the cluster refuses for good is how the task came out. */
export async function act(
  decided: Exclude<Act, { is: 'nothing' | 'look' }>,
  task: SiteTask,
  cluster: Cluster,
): Promise<TaskTold | undefined> {
  switch (decided.is) {
    case 'create':
      return create(decided, task, cluster);
    case 'record':
      await record(decided.pod, task, cluster);
      return undefined;
    case 'open':
      await cluster.merge(opened(decided.pod), { fieldManager: commandManager });
      return undefined;
    case 'remove':
      await remove(decided.job, cluster);
      return undefined;
    case 'delete':
      await remove(task, cluster);
      return undefined;
  }
}

/** Only over the version that was seen; a task that fails is told as an Event too. */
export async function writeStatus(status: SiteTaskStatus, task: SiteTask, cluster: Cluster): Promise<void> {
  const { apiVersion, kind } = siteTaskNames;
  const options = { fieldManager: statusManager, force: true };
  await cluster.applyStatus({ apiVersion, kind, metadata: seen(task), status }, options);
  if (status.phase !== 'Failed' || isEnd(task.status?.phase)) return;
  const { type } = events.TaskFailed;
  const note = `The task failed: ${status.reason}. ${status.message ?? ''}`;
  cluster.emit({ regarding: task, type, reason: 'TaskFailed', action: 'Reconcile', note });
}

/** The caches have no long words of a command: the task is read, and must be the one that was seen. */
async function create(
  { revision, deadlineSeconds }: Extract<Act, { is: 'create' }>,
  task: SiteTask,
  cluster: Cluster,
): Promise<TaskTold | undefined> {
  const { namespace, name, uid } = task.metadata;
  const whole = (await cluster.read('SiteTask', namespace, name)) as SiteTask | undefined;
  if (whole?.metadata.uid !== uid || whole.metadata.resourceVersion !== task.metadata.resourceVersion)
    return undefined;
  const job = jobOf(whole, revision, deadlineSeconds);
  try {
    await cluster.create(job);
    return undefined;
  } catch (error) {
    if (error instanceof AlreadyExists) return taken(job, task, cluster);
    if (isForWantOfQuota(error)) return pending('Starting', noQuota(namespace));
    if (isFinal(error)) return { phase: 'Failed', reason: 'Rejected', message: rejection(job, error) };
    throw error;
  }
}

/** Exported for the golden file. */
export function jobOf(
  task: SiteTask,
  { name: revision, template }: { name: string; template: PodTemplate },
  deadlineSeconds: number,
): Manifest {
  const { command, resources, siteName } = task.spec;
  const { name, namespace, uid } = task.metadata;
  const { apiVersion, kind } = siteTaskNames;
  const labels = labelsOf(task);
  const written = { command, name: container, ...(resources === undefined ? {} : { resources }) };
  const job = commandJob({
    name: jobName(name),
    labels,
    podLabels: labels,
    annotations: { [revisionLabel]: revision },
    spec: commandPod(placed(siteName, template), template, written),
    deadlineSeconds,
  });
  const owner = { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true };
  return { ...job, metadata: { ...job.metadata, namespace, ownerReferences: [owner] } };
}

/** Serving pods that want to be beside each other have a volume that serves one node: so does whatever runs their template. */
function placed(name: string, { spec }: PodTemplate): Placed {
  return { name, ...(spec['affinity'] === undefined ? {} : { files: { accessMode: 'ReadWriteOnce' } }) };
}

/** One of our own is what an answer that was lost has made, or of a former task of the name and on its way out. */
async function taken(job: Manifest, task: SiteTask, cluster: Cluster): Promise<TaskTold | undefined> {
  const { namespace, name } = job.metadata;
  const there = await cluster.metadata('Job', namespace, name);
  const owner = there?.ownerReferences?.find(
    (one) => one.controller === true && one.kind === task.kind && one.name === task.metadata.name,
  );
  if (there === undefined || owner?.uid === task.metadata.uid) return undefined;
  if (owner !== undefined) return pending('Starting', formerJob(there));
  const message = `The Job ${name} belongs to somebody else. Nothing was run: create the task under another name.`;
  return { phase: 'Failed', reason: 'NameTaken', message };
}

function formerJob({ name, namespace }: ObjectMeta): string {
  const words = `kubectl describe job/${name} -n ${namespace}`;
  return `The Job ${name} of a former task of this name is not gone yet; if that lasts, ${words} says why.`;
}

/** As Kubernetes' own admission says it, and no code tells: others may give something back before the deadline. */
function isForWantOfQuota(error: unknown): boolean {
  return error instanceof Forbidden && error.detail.includes('exceeded quota');
}

/** Without what is used of it, which changes all the time. */
function noQuota(namespace: string): string {
  return `A quota of the namespace is used up: kubectl describe quota -n ${namespace}. The task waits until its deadline.`;
}

function isFinal(error: unknown): error is ApiError {
  if (error instanceof MissingRight) return false;
  if (error instanceof Forbidden) return !error.namespaceTerminating;
  return error instanceof Invalid || error instanceof BadRequest;
}

function rejection({ metadata: { name } }: Manifest, { detail }: ApiError): string {
  return `The cluster refuses the Job ${name}${detail === '' ? '.' : `: ${detail.slice(0, 1000)}`}`;
}

async function record(pod: Manifest, task: SiteTask, cluster: Cluster): Promise<void> {
  const { apiVersion, kind } = siteTaskNames;
  const text = recordText({ is: 'running', uid: (pod as Manifest & Pod).metadata.uid ?? '', hash: '' });
  const metadata = { ...seen(task), annotations: { [commandAnnotation]: text } };
  await cluster.merge({ apiVersion, kind, metadata }, { fieldManager: commandManager });
}

/** This very object as it was seen. */
async function remove({ kind, metadata }: Manifest, cluster: Cluster): Promise<void> {
  const { namespace, name } = metadata;
  const { uid = '', resourceVersion = '' } = metadata;
  const options = { uid, resourceVersion, propagationPolicy: 'Background' } as const;
  await cluster.delete({ kind: kind === 'Job' ? 'Job' : 'SiteTask', namespace, name }, options);
}

function seen({ metadata: { name, namespace, uid, resourceVersion } }: SiteTask): ObjectMeta {
  return { name, namespace, uid, ...(resourceVersion === undefined ? {} : { resourceVersion }) };
}
