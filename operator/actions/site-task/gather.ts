import { recordOf } from '../../commands/record.ts';
import type { CommandRecord } from '../../commands/record.ts';
import { isOver } from '../../commands/ending.ts';
import { isGated } from '../../commands/job.ts';
import { run } from '../../commands/run.ts';
import { isOwnedBy } from '../../components/pod/silence.ts';
import { podsOf } from '../../components/pod/pod-trouble.ts';
import { selector } from '../../components/selector.ts';
import type { HostedSite } from '../../kinds/hosted-site/hosted-site.ts';
import type { SiteTask } from '../../kinds/site-task/site-task.ts';
import type { Cluster } from '../../kube/cluster.ts';
import { keyOf } from '../../kube/key.ts';
import type { Manifest, ObjectMeta } from '../../kube/manifest.ts';
import { siteLabels, taskLabel, taskUidLabel } from '../../objects/labels.ts';
import { servingRevision } from '../../releases/serving.ts';
import type { TaskFacts } from './facts.ts';
import { atOnce, begunTasks, byTask, jobName } from './task-key.ts';

/** From the caches alone, but for the task itself. */
export function gather(
  cluster: Pick<Cluster, 'get' | 'find'>,
  task: SiteTask,
  { now, bySite }: { now: Date; bySite: Parameters<Cluster['find']>[0] },
): Omit<TaskFacts, 'isHeavy'> {
  const { namespace, name } = task.metadata;
  const { siteName } = task.spec;
  const key = keyOf(namespace, name);
  const site = cluster.get('HostedSite', namespace, siteName) as HostedSite | undefined;
  const owned = cluster.find(bySite, keyOf(namespace, siteName));
  const own = cluster.find(byTask, key);
  const job = own.find((one) => isJobOf(one, task));
  // Of a pod that is too heavy for the caches nobody can tell whether it is behind its gate: it counts as one that they do not have.
  const pods = own.filter((one) => one.kind === 'Pod' && 'spec' in one && isOf(one.metadata, task));
  const record = recordOfTask(task);
  const commands = podsOf({ pods: owned.filter(({ kind }) => kind === 'Pod') }, commandsOf(siteName));
  return {
    now,
    task,
    site,
    serving: site && servingRevision(site.metadata, owned),
    isFull: isFull(cluster.find(begunTasks, keyOf(namespace, siteName)), task),
    isReleasing: commands.some((pod) => !isOver(pod)) || isCommandDue(site),
    job,
    record,
    run: run({
      ...{ job, record, pods: podsOfRun(pods, job, record) },
      wasRunning: task.status?.phase === 'Running',
    }),
    over: new Set([...own, ...commands].filter(isOver).map(({ metadata }) => metadata.uid ?? '')),
  };
}

/** Of a task no other record is written than of the pod that runs it: with any other, nobody knows which that was. */
function recordOfTask(task: SiteTask): CommandRecord | undefined {
  const found = recordOf(task);
  return found === undefined || found.is === 'running' ? found : { is: 'running', uid: '', hash: '' };
}

function isFull(begun: readonly Manifest[], { metadata: { name } }: SiteTask): boolean {
  return begun.length >= atOnce && !begun.some(({ metadata }) => metadata.name === name);
}

/** Labels of every pod of a command of the site, of releases and of tasks. */
export function commandsOf(siteName: string): Record<string, string> {
  return { ...siteLabels({ name: siteName }), ...selector({ name: siteName }, 'command') };
}

/** Labels of the Job and the pods of a task. The UID tells them from those of a former task of the name. */
export function labelsOf({ metadata, spec }: SiteTask): Record<string, string> {
  return { ...commandsOf(spec.siteName), [taskLabel]: metadata.name, [taskUidLabel]: metadata.uid };
}

function isOf({ labels }: ObjectMeta, { metadata }: SiteTask): boolean {
  return labels?.[taskUidLabel] === metadata.uid;
}

function isJobOf(object: Manifest, task: SiteTask): boolean {
  const { kind, metadata } = object;
  return kind === 'Job' && metadata.name === jobName(task.metadata.name) && isOwnedBy(object, task);
}

/** Pods that a Job of before has left count as far as they may have run: who deletes a Job does not make a second start of it. */
function podsOfRun(
  pods: readonly Manifest[],
  job: Manifest | undefined,
  record: CommandRecord | undefined,
): Manifest[] {
  const isRecorded = (pod: Manifest) => record?.is === 'running' && pod.metadata.uid === record.uid;
  return pods.filter((pod) => isRecorded(pod) || !isGated(pod) || (job !== undefined && isOwnedBy(pod, job)));
}

/** As the site's own status says: its pod may not be there yet. */
function isCommandDue(site: HostedSite | undefined): boolean {
  const { command } = (site?.status?.release ?? {}) as { command?: { phase?: string } };
  return command?.phase === 'Waiting' || command?.phase === 'Running';
}
