import type { Reason } from '../../kinds/hosted-site/reasons.ts';
import type { Refusal, Site } from '../../components/component.ts';
import type { Cluster } from '../../kube/cluster.ts';
import { allReservations } from './reservation.ts';
import type { Reservation } from './reservation.ts';
import type { HostSettings } from './host-settings.ts';

interface Limits {
  cluster: Pick<Cluster, 'list'>;
  operatorNamespace: string;
  settings: { hosts?: HostSettings };
}

/** Why a site may reserve no more: its namespace has what the administrator gives to one. What it has it keeps. */
export function beyondLimits(
  { namespace, name, uid }: Site,
  missing: readonly string[],
  { settings, ...sight }: Limits,
): Refusal | undefined {
  const { hostsPerNamespace: hosts, sitesPerNamespace: sites } = settings.hosts ?? {};
  if (missing.length === 0 || (hosts ?? sites) === undefined) return undefined;
  const reservations = allReservations(sight).filter((reservation) => reservation.namespace === namespace);
  // Those of a site of this name that was deleted are about to be this one's.
  const others = reservations.filter((reservation) => reservation.name !== name || reservation.uid === uid);
  return tooManySites(others, uid, sites) ?? tooManyHosts(reservations, missing, hosts);
}

function tooManySites(
  reservations: readonly Reservation[],
  uid: string,
  limit = Infinity,
): Refusal | undefined {
  const holders = new Set(reservations.flatMap((one) => (one.releasedAt === undefined ? [one.uid] : [])));
  if (holders.has(uid) || holders.size < limit) return undefined;
  return limitReached(
    `This namespace may have ${limit} sites, and has them: delete one, or ask the administrator (limits.sitesPerNamespace).`,
  );
}

function tooManyHosts(
  reservations: readonly Reservation[],
  missing: readonly string[],
  limit = Infinity,
): Refusal | undefined {
  const known = new Set(reservations.map(({ host }) => host));
  const all = new Set([...known, ...missing]);
  if (all.size === known.size || all.size <= limit) return undefined;
  return limitReached(
    `This namespace may have ${limit} hosts, those included that it gave back lately: take some out of spec.hosts, ` +
      'or ask the administrator (limits.hostsPerNamespace).',
  );
}

function limitReached(message: string): Refusal {
  const reason: Reason = 'LimitReached';
  return { reason, message };
}
