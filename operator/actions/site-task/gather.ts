import { recordOf } from '../../commands/record.ts';
import type { CommandRecord } from '../../commands/record.ts';
import { isOver } from '../../commands/ending.ts';
import { isGated } from '../../commands/job.ts';
import { run } from '../../commands/run.ts';
import type { Run } from '../../commands/run.ts';
import type { Revision } from '../../components/component.ts';
import { isOwnedBy } from '../../components/pod/silence.ts';
import { podsOf } from '../../components/pod/pod-trouble.ts';
import { selector } from '../../components/selector.ts';
import type { HostedSite } from '../../kinds/hosted-site/hosted-site.ts';
import type { SiteTask } from '../../kinds/site-task/site-task.ts';
import type { Cluster } from '../../kube/cluster.ts';
import { keyOf, splitKey } from '../../kube/key.ts';
import type { Key } from '../../kube/key.ts';
import type { Manifest, ObjectMeta } from '../../kube/manifest.ts';
import { siteLabels, taskLabel, taskUidLabel } from '../../objects/labels.ts';
import { servingRevision } from '../../releases/serving.ts';
import { byTask, jobName } from './task-key.ts';

/** Everything that one pass over a task knows. */
export interface TaskFacts {
  now: Date;
  task: SiteTask;
  /** As the caches have it. */
  site?: HostedSite | undefined;
  /** The release that serves. */
  serving?: Revision | undefined;
  /** A command of a release has a pod that may run, or is about to be given one. */
  isReleasing: boolean;
  job?: Manifest | undefined;
  record?: CommandRecord | undefined;
  run: Run;
  /** UIDs of pods that the caches know to have ended, which they stay. */
  over: ReadonlySet<string>;
  /** Absent until something is decided that only the API server itself can say. */
  live?: LiveFacts;
}

/** What the API server says itself. */
export interface LiveFacts {
  site: 'there' | 'held' | 'gone';
  /** The task is the very version that was seen. */
  isSame: boolean;
  /** Of this task. */
  pods: readonly ObjectMeta[];
  /** Of releases' commands of the site. */
  releasePods: readonly ObjectMeta[];
}

/** From the caches alone; undefined where there is no such task. */
export function gather(
  cluster: Pick<Cluster, 'get' | 'find'>,
  key: Key,
  { now, bySite }: { now: Date; bySite: Parameters<Cluster['find']>[0] },
): TaskFacts | undefined {
  const { namespace, name } = splitKey(key);
  const found = cluster.get('SiteTask', namespace, name);
  // Of one that is too heavy for the caches nothing but its name is known.
  if (found?.['spec'] === undefined) return undefined;
  const task = found as SiteTask;
  const { siteName } = task.spec;
  const site = cluster.get('HostedSite', namespace, siteName) as HostedSite | undefined;
  const owned = cluster.find(bySite, keyOf(namespace, siteName));
  const own = cluster.find(byTask, key);
  const job = own.find((one) => isJobOf(one, task));
  const pods = own.filter(({ kind, metadata }) => kind === 'Pod' && isOf(metadata, task));
  const record = recordOf(task);
  const commands = podsOf({ pods: owned.filter(({ kind }) => kind === 'Pod') }, commandsOf(siteName));
  return {
    now,
    task,
    site,
    serving: site && servingRevision(site.metadata, owned),
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

export function stateOf(site: HostedSite | undefined): LiveFacts['site'] {
  if (site === undefined || site.metadata.deletionTimestamp !== undefined) return 'gone';
  return site.spec.suspend === true ? 'held' : 'there';
}

/** As the site's own status says: its pod may not be there yet. */
function isCommandDue(site: HostedSite | undefined): boolean {
  const { command } = (site?.status?.release ?? {}) as { command?: { phase?: string } };
  return command?.phase === 'Waiting' || command?.phase === 'Running';
}
