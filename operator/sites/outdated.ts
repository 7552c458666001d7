import type { Manifest } from '../components/component.ts';
import type { Cluster } from '../kube/cluster.ts';
import type { Observed } from '../releases/observed.ts';
import type { Plan } from './plan.ts';

/**
 * An object of the site that is another one by now, or gone, while something that was there would be made again: each kind has a
 * watch of its own, and the one that tells of it may be later than the one that tells of what is missing. Costs a request for
 * every object of the site, and only where something is missing; a revision is missing at each release, and then it costs one,
 * for the site: who is gone gets none.
 */
export async function outdated(
  plan: Pick<Plan, 'apply' | 'create'>,
  { site, owned }: Pick<Observed, 'site' | 'owned'>,
  cluster: Pick<Cluster, 'metadata'>,
): Promise<Manifest | undefined> {
  const { metadata, status } = site;
  if (status?.observedGeneration !== metadata.generation) return undefined;
  const applied = plan.apply
    .filter(({ live }) => live === undefined)
    .map(({ desired }) => desired.object.kind);
  // Nobody sees whether a Secret is there.
  const created = plan.create.map(({ desired }) => desired.object.kind).filter((kind) => kind !== 'Secret');
  const missing = [...applied, ...created];
  if (missing.length === 0) return undefined;
  const isRelease = missing.every((kind) => kind === 'ControllerRevision');
  const ifChanged = async (seen: Manifest): Promise<Manifest | undefined> => {
    const { namespace, name, uid, generation } = seen.metadata;
    const now = await cluster.metadata(seen.kind, namespace, name);
    return now?.uid === uid && now?.generation === generation ? undefined : seen;
  };
  const suspects = isRelease ? [site as Manifest] : [site as Manifest, ...owned];
  const changed = await Promise.all(suspects.map(ifChanged));
  return changed.find((one) => one !== undefined);
}
