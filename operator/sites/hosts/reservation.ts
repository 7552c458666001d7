import { createHash } from 'node:crypto';
import type { Manifest, Site } from '../../components/component.ts';
import type { KindChange } from '../../kube/watch/cache.ts';
import type { Cluster } from '../../kube/cluster.ts';
import type { Index } from '../../kube/watch/store.ts';
import { isRecord } from '../../objects/difference.ts';
import { manager } from '../../objects/labels.ts';
import { siteKey } from '../site-key.ts';
import type { SiteKey } from '../site-key.ts';

/** Who has a host. To make a reservation is to have it; within its namespace it is handed on without ever being gone. */
export interface Reservation {
  host: string;
  /** The site that has it. A UID is never given twice: who is gone stays gone. */
  namespace: string;
  name: string;
  uid: string;
  /** When the site gave it back; until some time after that it is for sites of the same namespace only. */
  releasedAt?: Date;
}

export type Holder = Pick<Reservation, 'namespace' | 'name' | 'uid'>;

/** On the ConfigMaps in the operator's namespace that are reservations. */
const reservationLabel = 'hostedsite.dev/claim';
/** Who has it now, when that is not who made it: what a ConfigMap holds cannot change. */
const holderAnnotation = 'hostedsite.dev/holder';
const releasedAnnotation = 'hostedsite.dev/released-at';

/** A ConfigMap in the operator's namespace whose name is the host's: only one can be there. */
export function hostReservation(
  host: string,
  { namespace, name, uid }: Pick<Site, 'namespace' | 'name' | 'uid'>,
  operatorNamespace: string,
): Manifest {
  const reservation = { host, namespace, name, uid };
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: reservationName(host),
      namespace: operatorNamespace,
      labels: {
        'app.kubernetes.io/name': 'hostedsite',
        'app.kubernetes.io/managed-by': manager,
        [reservationLabel]: 'host',
      },
    },
    immutable: true,
    data: reservation,
  };
}

/** The change that gives a reservation to another site, or back; refused when somebody changed it meanwhile. */
export function reservationChange({ metadata }: Manifest, holder: Holder, releasedAt?: Date): Manifest {
  const { name, namespace, uid, resourceVersion } = metadata;
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(uid === undefined ? {} : { uid }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
      annotations: {
        [holderAnnotation]: JSON.stringify([holder.namespace, holder.name, holder.uid]),
        ...(releasedAt === undefined ? {} : { [releasedAnnotation]: releasedAt.toISOString() }),
      },
    },
  };
}

export function reservationName(host: string): string {
  return `host-${createHash('sha256').update(host).digest('hex')}`;
}

/** What a reservation says; undefined for anything else. */
export function reservationOf(object: Manifest | undefined): Reservation | undefined {
  if (object?.kind !== 'ConfigMap' || object.metadata.labels?.[reservationLabel] !== 'host') return undefined;
  const { data } = object;
  if (!isRecord(data)) return undefined;
  const { host, namespace, name, uid } = data;
  const made = [namespace, name, uid];
  if (![host, ...made].every(isWord)) return undefined;
  const [space, site, id] = (handedOn(object) ?? made) as [string, string, string];
  return { host: host as string, namespace: space, name: site, uid: id, ...release(object) };
}

function release({ metadata: { annotations = {} } }: Manifest): Pick<Reservation, 'releasedAt'> {
  const releasedAt = new Date(annotations[releasedAnnotation] ?? '');
  return Number.isNaN(releasedAt.getTime()) ? {} : { releasedAt };
}

/** Namespace, name and UID of who has it now. */
function handedOn({ metadata: { annotations = {} } }: Manifest): unknown[] | undefined {
  const text = annotations[holderAnnotation];
  if (text === undefined) return undefined;
  try {
    const words: unknown = JSON.parse(text);
    return Array.isArray(words) && words.length === 3 && words.every(isWord) ? words : undefined;
  } catch {
    return undefined;
  }
}

function isWord(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

/** Every reservation that there is. */
export function allReservations({ cluster, operatorNamespace }: ReservationSight): Reservation[] {
  return cluster.list('ConfigMap', operatorNamespace).flatMap((object) => reservationOf(object) ?? []);
}

interface ReservationSight {
  cluster: Pick<Cluster, 'list'>;
  operatorNamespace: string;
}

/** Reservations by the site that has them. Anybody may make what looks like one in another namespace. */
export function byHolder(operatorNamespace: string): Index {
  return {
    name: 'holder',
    of: (object) => {
      const reservation = object.metadata.namespace === operatorNamespace ? reservationOf(object) : undefined;
      return reservation && siteKey(reservation.namespace, reservation.name);
    },
  };
}

/** Every reservation of a site, and of its predecessors of the same name. */
export function reservationsOf(
  key: SiteKey,
  { cluster, operatorNamespace }: { cluster: Pick<Cluster, 'find'>; operatorNamespace: string },
): { object: Manifest; reservation: Reservation }[] {
  return cluster.find(byHolder(operatorNamespace), key).flatMap((object) => {
    const reservation = reservationOf(object);
    return reservation === undefined ? [] : [{ object, reservation }];
  });
}

/**
 * Sites that the change of a reservation concerns: the holder, and who may have the host now, which for one that was given back are
 * those of its namespace; undefined for anything else.
 */
export function sitesToWake(
  { type, object, own = false }: Pick<KindChange, 'kind' | 'type' | 'object' | 'own'>,
  cluster: Pick<Cluster, 'list'>,
  operatorNamespace: string,
): SiteKey[] | undefined {
  const reservation = object.metadata.namespace === operatorNamespace ? reservationOf(object) : undefined;
  if (reservation === undefined) return undefined;
  const holder = siteKey(reservation.namespace, reservation.name);
  if (type === 'deleted') return [...new Set([...waitingFor(reservation, cluster), holder])];
  const waiting =
    reservation.releasedAt === undefined ? [] : waitingFor(reservation, cluster, reservation.namespace);
  return own ? waiting : [...new Set([...waiting, holder])];
}

/** Of one namespace, or of all. */
function waitingFor({ host }: Reservation, cluster: Pick<Cluster, 'list'>, namespace?: string): SiteKey[] {
  const sites = cluster.list('HostedSite', namespace);
  return sites.filter(({ spec }) => names(spec, host)).map(keyOf);
}

function keyOf({ metadata }: Manifest): SiteKey {
  return siteKey(metadata.namespace ?? '', metadata.name);
}

function names(spec: unknown, host: string): boolean {
  const hosts = isRecord(spec) ? spec['hosts'] : undefined;
  return Array.isArray(hosts) && hosts.includes(host);
}
