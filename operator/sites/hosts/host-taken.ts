import type { Reason } from '../../kinds/hosted-site/reasons.ts';
import type { HostedSite } from '../../kinds/hosted-site/hosted-site.ts';
import type { Refusal, Site } from '../../components/component.ts';
import type { Cluster } from '../../kube/cluster.ts';
import type { Reservation } from './reservation.ts';

/** Says nothing of a site of another namespace: its name is its tenant's business. */
export function hostTaken(
  host: string,
  reservation: Reservation,
  site: Site,
  { cluster }: { cluster: Cluster },
): Refusal {
  const { namespace, name, releasedAt } = reservation;
  const reason: Reason = 'HostTaken';
  if (releasedAt !== undefined && namespace !== site.namespace) {
    const message =
      `The host ${host} was another site's and stays with the namespace of that one for a time. ` +
      'Take it out of spec.hosts, or ask the administrator.';
    return { reason, message };
  }
  if (namespace === site.namespace && isDropped(reservation, cluster)) {
    const message =
      `The site ${name} no longer names the host ${host}, and its pods still know it: its last release is not over, or was taken ` +
      'back. Take the host out of spec.hosts, or wait for a release of that site that succeeds.';
    return { reason, message };
  }
  const whose = namespace === site.namespace ? `the site ${name}` : 'another site';
  const message = `The host ${host} belongs to ${whose}. Take it out of spec.hosts, or first out of the other site.`;
  return { reason, message };
}

/** Its holder is there, and wants it no longer: what the holder publishes keeps it. */
function isDropped({ host, namespace, name, uid }: Reservation, cluster: Cluster): boolean {
  const holder = cluster.get('HostedSite', namespace, name) as HostedSite | undefined;
  return holder?.metadata.uid === uid && !holder.spec.hosts.includes(host);
}
