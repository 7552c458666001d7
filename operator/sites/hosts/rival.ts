import type { Manifest, Rival } from '../../components/component.ts';
import { holds, isHeld } from '../../components/holds.ts';
import { live } from '../../components/live.ts';
import { ApiError } from '../../kube/errors.ts';
import { siteKey } from '../site-key.ts';
import type { Observed } from '../../releases/observed.ts';
import type { SiteContext } from '../context.ts';

/** What was found, and when it was looked for. */
export interface Search {
  at: Date;
  name?: string;
}

/** Milliseconds between two searches for a site: who sets its number does so again and again. */
const pause = 60_000;

/**
 * What was observed, with the autoscaler of somebody else that sets the number of the site's pods. Caches do not hold it: it is
 * looked for, by one LIST, where the number is another one than the operator has written, and until it is gone.
 */
export async function withRival(seen: Observed, context: SiteContext): Promise<Observed> {
  const { namespace, name } = seen.site.metadata;
  const key = siteKey(namespace, name);
  if (!mayHaveRival(seen)) return seen;
  const known = context.searches.get(key);
  const isFresh = known !== undefined && seen.now.getTime() - known.at.getTime() < pause;
  const search = isFresh ? known : await searched(seen, context, known);
  context.searches.set(key, search);
  const lookAgainAt = new Date(search.at.getTime() + pause);
  return search.name === undefined
    ? seen
    : { ...seen, rival: { name: search.name, lookAgainAt } satisfies Rival };
}

function mayHaveRival(seen: Observed): boolean {
  const { spec, status } = seen.site;
  // With one of its own Kubernetes says it; nobody contests what is switched off or held.
  if (spec.autoscaling !== undefined || spec.replicas === 0 || isHeld({ holds: holds(spec) }, 'Changes'))
    return false;
  const reported = status?.conditions?.find(({ type }) => type === 'ScalingActive');
  return reported?.reason === 'ForeignAutoscaler' || isAnotherNumber(seen);
}

/** Than the operator has written for this very spec. */
function isAnotherNumber({ site: { metadata, status = {} }, owned }: Observed): boolean {
  const { observedGeneration, desiredReplicas } = status;
  if (desiredReplicas === undefined || observedGeneration !== metadata.generation) return false;
  const deployment = live({ owned }, 'Deployment', `${metadata.name}-web`);
  return deployment !== undefined && deployment.spec?.replicas !== desiredReplicas;
}

/** A site is not held up because nobody can say more of it; what was found stays until a search has an answer. */
async function searched(
  { now, site, owned }: Observed,
  { cluster, log }: SiteContext,
  known?: Search,
): Promise<Search> {
  const deployment = live({ owned }, 'Deployment', `${site.metadata.name}-web`);
  if (deployment === undefined) return { at: now };
  try {
    const found = await cluster.autoscalersOf(deployment);
    const [foreign] = found
      .filter((one) => !isOf(one, site.metadata.uid))
      .map(({ metadata }) => metadata.name);
    return { at: now, ...(foreign === undefined ? {} : { name: foreign }) };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    log.info('autoscalers not read', { error: error.message });
    return { ...known, at: now };
  }
}

function isOf({ metadata: { ownerReferences = [] } }: Manifest, uid: string): boolean {
  return ownerReferences.some((owner) => owner.uid === uid);
}
