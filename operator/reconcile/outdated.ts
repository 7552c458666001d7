import type { Observed } from '../components/component.ts';
import type { Cluster } from '../kube/cluster.ts';
import type { Plan } from './plan.ts';

/**
 * Whether something that was there would be made again for a site that has changed or gone meanwhile: each kind has a watch of
 * its own, and the one of sites may be the later one. Costs one request, and only where something is missing.
 */
export async function isOutdated(
  { apply }: Pick<Plan, 'apply'>,
  { site: { metadata, status } }: Pick<Observed, 'site'>,
  cluster: Pick<Cluster, 'metadata'>,
): Promise<boolean> {
  const isRepair =
    status?.observedGeneration === metadata.generation && apply.some(({ live }) => live === undefined);
  if (!isRepair) return false;
  const now = await cluster.metadata('HostedSite', metadata.namespace, metadata.name);
  return now?.uid !== metadata.uid || now.generation !== metadata.generation;
}
