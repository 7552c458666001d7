import type { HostedSite } from '../../kinds/hosted-site/hosted-site.ts';
import type { Cluster } from '../../kube/cluster.ts';
import { taskLabel, taskUidLabel } from '../../objects/labels.ts';
import { commandsOf, stateOf } from './gather.ts';
import type { LiveFacts, TaskFacts } from './gather.ts';

/** What a start, and the end of a task that nobody has seen, are decided by: caches may be behind. */
export async function look(
  { task }: Pick<TaskFacts, 'task'>,
  cluster: Pick<Cluster, 'read' | 'metadata' | 'labelled'>,
): Promise<LiveFacts> {
  const { namespace, name, uid, resourceVersion } = task.metadata;
  const { siteName } = task.spec;
  const [site, now, own, ofReleases] = await Promise.all([
    cluster.read('HostedSite', namespace, siteName) as Promise<HostedSite | undefined>,
    cluster.metadata('SiteTask', namespace, name),
    // By this label alone: whoever changes another one does not hide a pod that runs.
    cluster.labelled('Pod', namespace, { [taskUidLabel]: uid }),
    // Without those of other tasks, which may be thousands.
    cluster.labelled('Pod', namespace, { ...commandsOf(siteName), [taskLabel]: undefined }),
  ]);
  // A list fails where the kind is not known: then nobody can say that a site is gone.
  if (site === undefined) await cluster.labelled('HostedSite', namespace, {});
  return {
    site: stateOf(site),
    isSame: now?.uid === uid && now.resourceVersion === resourceVersion && !now.deletionTimestamp,
    pods: own.map(({ metadata }) => metadata),
    releasePods: ofReleases.map(({ metadata }) => metadata),
  };
}
