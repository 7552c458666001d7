import type { Run } from '../../commands/run.ts';
import type { HostedSite } from '../../kinds/hosted-site/hosted-site.ts';
import type { Cluster } from '../../kube/cluster.ts';
import type { Manifest, ObjectMeta } from '../../kube/manifest.ts';
import { taskLabel, taskUidLabel } from '../../objects/labels.ts';
import { stateOf } from './facts.ts';
import { commandsOf } from './gather.ts';
import type { LiveFacts, TaskFacts } from './facts.ts';
import { jobName } from './task-key.ts';

/** What a start, and the end of a task that nobody has seen, are decided by: caches may be behind. */
export async function look(
  { task, run }: Pick<TaskFacts, 'task' | 'run'>,
  cluster: Pick<Cluster, 'read' | 'metadata' | 'labelled'>,
): Promise<LiveFacts> {
  const { namespace, name, uid, resourceVersion } = task.metadata;
  const { siteName } = task.spec;
  const [site, now, job, own, ofReleases] = await Promise.all([
    cluster.read('HostedSite', namespace, siteName) as Promise<HostedSite | undefined>,
    cluster.metadata('SiteTask', namespace, name),
    run.is === 'recorded' ? cluster.metadata('Job', namespace, jobName(name)) : undefined,
    // By this label alone: whoever changes another one does not hide a pod that runs.
    cluster.labelled('Pod', namespace, { [taskUidLabel]: uid }),
    // Without those of other tasks, which may be thousands.
    cluster.labelled('Pod', namespace, { ...commandsOf(siteName), [taskLabel]: undefined }),
  ]);
  // A list fails where the kind is not known: then nobody can say that a site is gone.
  if (site === undefined) await cluster.labelled('HostedSite', namespace, {});
  const pods = own.map(({ metadata }) => metadata);
  return {
    site: stateOf(site),
    isSame: now?.uid === uid && now.resourceVersion === resourceVersion && !now.deletionTimestamp,
    pods,
    releasePods: ofReleases.map(({ metadata }) => metadata),
    pod: await begunPod(run, pods, cluster),
    isJobThere: job !== undefined && job.deletionTimestamp === undefined,
  };
}

/** Only its end, or that it has none, is asked of the whole pod. */
async function begunPod(
  run: Run,
  pods: readonly ObjectMeta[],
  cluster: Pick<Cluster, 'read'>,
): Promise<Manifest | undefined> {
  if (run.is !== 'ended' && run.is !== 'running' && run.is !== 'missing') return undefined;
  const uid = run.is === 'missing' ? run.uid : run.pod?.metadata.uid;
  const named = pods.find((one) => one.uid === uid);
  const pod = named && (await cluster.read('Pod', named.namespace, named.name));
  return pod?.metadata.uid === uid ? pod : undefined;
}
