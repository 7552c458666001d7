import { hostedSiteNames } from '../api/hosted-site.ts';
import type { ObjectMeta, Owned, Refusal } from '../components/component.ts';
import type { Reason } from '../api/conditions.ts';
import { belongsToSite } from './labels.ts';

/**
 * Whose an object is that has the name of one of ours. `former` belonged to a deleted site of the same name and is on
 * its way out: the garbage collector takes it, and its end brings the next pass.
 */
export type Ownership = 'ours' | 'former' | 'foreign';

export function ownership(
  live: ObjectMeta,
  lifetime: Owned['lifetime'],
  site: { name: string; uid: string },
): Ownership {
  const owners = live.ownerReferences ?? [];
  if (owners.some(({ uid }) => uid === site.uid)) return 'ours';
  if (lifetime === 'kept' && belongsToSite(live, site)) return 'ours';
  const isFormer = owners.some(({ kind, name }) => kind === hostedSiteNames.kind && name === site.name);
  return isFormer ? 'former' : 'foreign';
}

export function nameTaken(kind: string, name: string): Refusal {
  const reason: Reason = 'NameTaken';
  return {
    reason,
    message:
      `The ${kind} ${name} exists and is not of this site; it stays untouched. ` +
      'Rename or delete it, or make the site under another name.',
  };
}
