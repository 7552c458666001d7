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
  const [site, now, found] = await Promise.all([
    cluster.read('HostedSite', namespace, siteName) as Promise<HostedSite | undefined>,
    cluster.metadata('SiteTask', namespace, name),
    cluster.labelled('Pod', namespace, commandsOf(siteName)),
  ]);
  const pods = found.map(({ metadata }) => metadata);
  // A list fails where the kind is not known: then nobody can say that a site is gone.
  if (site === undefined) await cluster.labelled('HostedSite', namespace, {});
  return {
    site: stateOf(site),
    isSame: now?.uid === uid && now.resourceVersion === resourceVersion && !now.deletionTimestamp,
    pods: pods.filter(({ labels }) => labels?.[taskUidLabel] === uid),
    releasePods: pods.filter(({ labels }) => labels?.[taskLabel] === undefined),
  };
}
