import { hostedSiteNames } from '../../kinds/hosted-site/hosted-site.ts';
import type { ObjectMeta, Owned, OwnerReference, Refusal, Site } from '../../components/component.ts';
import type { Reason } from '../../kinds/hosted-site/reasons.ts';
import { adoptAnnotation, belongsToSite } from '../../objects/labels.ts';

/**
 * Whose an object is that has the name of one of ours. `former` belongs to a deleted site of the same name and is on its way
 * out: the garbage collector takes it, and its end brings the next pass. `orphaned` has the site's labels and no owner.
 */
export type Ownership = 'ours' | 'former' | 'orphaned' | 'foreign';

export function ownership(
  live: Pick<ObjectMeta, 'labels' | 'ownerReferences'>,
  lifetime: Owned['lifetime'],
  site: { name: string; uid: string },
): Ownership {
  const owners = live.ownerReferences ?? [];
  if (owners.some(({ uid }) => uid === site.uid)) return 'ours';
  const sites = owners.filter(isSite);
  if (sites.some(({ name }) => name === site.name)) return 'former';
  if (sites.length > 0 || !belongsToSite(live, site)) return 'foreign';
  if (lifetime === 'kept') return 'ours';
  return owners.some(({ controller }) => controller === true) ? 'foreign' : 'orphaned';
}

export function isSite({ kind }: OwnerReference): boolean {
  return kind === hostedSiteNames.kind;
}

/** Of a child: it goes with the site, and the site's end waits for it. */
export function ownerOfChild(site: Pick<Site, 'name' | 'uid'>): OwnerReference {
  return { ...ownerOfData(site), controller: true, blockOwnerDeletion: true };
}

/** Of volumes and credentials with deletionPolicy Delete. */
export function ownerOfData({ name, uid }: Pick<Site, 'name' | 'uid'>): OwnerReference {
  const { apiVersion, kind } = hostedSiteNames;
  return { apiVersion, kind, name, uid };
}

/** Whether the site's owner has named an object as the site's. */
export function isNamed(
  { kind, metadata: { name } }: { kind: string; metadata: { name: string } },
  site: { metadata: Pick<ObjectMeta, 'annotations'> },
): boolean {
  const named = site.metadata.annotations?.[adoptAnnotation] ?? '';
  return named.split(/[\s,]+/).includes(`${kind}/${name}`);
}

export function nameTaken(kind: string, name: string): Refusal {
  return refusal(
    `The ${kind} ${name} exists and is not of this site; it stays untouched. ` +
      'Rename or delete it, or make the site under another name.',
  );
}

/** The operator may not read whose a Secret is. */
export function secretTaken(name: string, site: string): Refusal {
  return refusal(
    `The Secret ${name} exists, and the operator may not read whose it is; it stays untouched. ` +
      `If it is this site's, from a backup for instance: ${adopting('Secret', name, site)} ` +
      'Otherwise delete it, or make the site under another name.',
  );
}

/** Labels can be written by anybody. */
export function orphanTaken(kind: string, name: string, site: string): Refusal {
  return refusal(
    `The ${kind} ${name} has the labels of this site, but no owner, and the operator has not written it; it stays untouched. ` +
      `If it is this site's, from a backup for instance: ${adopting(kind, name, site)} ` +
      'Otherwise rename or delete it.',
  );
}

/** Several are separated by commas. */
function adopting(kind: string, name: string, site: string): string {
  return `kubectl annotate --overwrite hostedsite ${site} ${adoptAnnotation}=${kind}/${name} (all of them, with commas between).`;
}

function refusal(message: string): Refusal {
  const reason: Reason = 'NameTaken';
  return { reason, message };
}
