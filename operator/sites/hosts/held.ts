import type { Site } from '../../components/component.ts';
import type { Cluster, Labelled } from '../../kube/cluster.ts';
import { siteLabels } from '../../objects/labels.ts';
import { isSite } from '../data/ownership.ts';
import { defaultHosts } from './host-settings.ts';
import type { Reservation } from './reservation.ts';
import type { HostContext } from './reservations.ts';

/** As far as the caches know. */
export function isHeldByOther(reservation: Reservation, site: Site, context: HostContext): boolean {
  if (reservation.uid === site.uid) return false;
  if (reservation.releasedAt === undefined) return isSeen(reservation, context.cluster);
  return reservation.namespace !== site.namespace && isLatelyGivenBack(reservation, context);
}

/** Within a namespace it is enough that the site is gone, or has given the host back. */
export async function isHeld(reservation: Reservation, site: Site, context: HostContext): Promise<boolean> {
  const isOurs = reservation.namespace === site.namespace;
  if (isLatelyGivenBack(reservation, context)) return !isOurs;
  return !(await isOver(reservation, context)) || (!isOurs && (await isRouted(reservation, context)));
}

function isSeen({ namespace, name, uid }: Reservation, cluster: Cluster): boolean {
  return cluster.get('HostedSite', namespace, name)?.metadata.uid === uid;
}

/** Asked of the API server itself: a cache that lags must give no host away. */
async function isOver(
  { namespace, name, uid, releasedAt }: Reservation,
  { cluster }: HostContext,
): Promise<boolean> {
  if (uid === '') return false;
  // Of a namespace that the operator may not look at, a site is there until its reservation says otherwise.
  if (!cluster.covers('HostedSite', namespace)) return releasedAt !== undefined;
  return releasedAt !== undefined || (await cluster.metadata('HostedSite', namespace, name))?.uid !== uid;
}

/** Whether a route of a site is left that nobody owns: visitors of its hosts still come to its pods. */
export async function isRouted(
  { namespace, name }: Pick<Reservation, 'namespace' | 'name'>,
  { cluster }: HostContext,
): Promise<boolean> {
  if (!cluster.covers('HostedSite', namespace)) return true;
  for (const kind of (['Ingress', 'HTTPRoute'] as const).filter((one) => cluster.knows(one))) {
    const routes = await cluster.labelled(kind, namespace, siteLabels({ name }));
    const isFree = ({ metadata: { ownerReferences = [] } }: Labelled): boolean =>
      !ownerReferences.some((owner) => isSite(owner) || owner.controller === true);
    if (routes.some(isFree)) return true;
  }
  return false;
}

/** Given back, and still for sites of its namespace only. */
export function isLatelyGivenBack({ releasedAt }: Reservation, context: HostContext): boolean {
  return releasedAt !== undefined && releasedAt.getTime() + reservedFor(context) > context.now().getTime();
}

/** Milliseconds. */
export function reservedFor({ settings: { hosts = defaultHosts } }: HostContext): number {
  return hosts.releaseAfterSeconds * 1000;
}
