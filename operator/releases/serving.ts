import type { Manifest, Revision, Site } from '../components/component.ts';
import { live } from '../components/live.ts';
import { isOwnedBy } from '../components/pod/silence.ts';
import { servedRevisions } from '../components/serving.ts';
import { revisionLabel } from '../objects/labels.ts';
import { storedRevisions } from './revision.ts';

/**
 * The release that visitors meet; while one takes the place of another, the new one as soon as a pod of it serves. Of a site that is
 * switched off the one that it would come back with. Undefined while none serves.
 */
export function servingRevision(
  { name, uid }: Pick<Site, 'name' | 'uid'>,
  owned: readonly Manifest[],
): Revision | undefined {
  const known = storedRevisions(owned, uid).reverse();
  const deployment = live({ owned }, 'Deployment', `${name}-web`);
  if (deployment === undefined || !isOwnedBy(deployment, { metadata: { uid } })) return undefined;
  const written = deployment.spec?.template.metadata?.labels?.[revisionLabel];
  const current = known.find((one) => one.name === written);
  if (deployment.spec?.replicas === 0) return current;
  const served = servedRevisions({ name }, { pods: owned.filter(({ kind }) => kind === 'Pod') });
  return current !== undefined && served.has(current.name)
    ? current
    : known.find((one) => served.has(one.name));
}
