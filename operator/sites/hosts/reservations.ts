import { events } from '../../kinds/hosted-site/events.ts';
import { hostedSiteNames } from '../../kinds/hosted-site/hosted-site.ts';
import type { Manifest, Refusal, Site } from '../../components/component.ts';
import type { Cluster } from '../../kube/cluster.ts';
import { AlreadyExists } from '../../kube/errors.ts';
import type { Log } from '../../observability/logger.ts';
import { isRecord } from '../../objects/difference.ts';
import { reservationChange, reservationOf, reservationsOf, hostReservation } from './reservation.ts';
import type { Reservation, Holder } from './reservation.ts';
import { isHeld, isHeldByOther, isLatelyGivenBack, isRouted, reservedFor } from './held.ts';
import { beyondLimits } from './host-limits.ts';
import type { HostSettings } from './host-settings.ts';
import { hostTaken } from './host-taken.ts';
import { manager } from '../../objects/labels.ts';
import { milestone } from '../status/milestones.ts';
import { siteKey, splitKey } from '../site-key.ts';
import type { SiteKey } from '../site-key.ts';

/**
 * One site for each host. A reservation is had by making it, and the API server lets only one be made:
 *
 *   ours in the cache ──────────────────────────────▶ had, nothing is sent
 *   POST it ──made──▶ had
 *        └─taken─▶ read it ──of a site that is there──▶ HostTaken
 *                     ├─given back, or its site is gone ──of our namespace──▶ PATCH it: ours
 *                     │                                 └─of another, lately──▶ HostTaken
 *                     └─given back long ago──▶ DELETE that very one, and POST again
 *
 * A site that is deleted, or drops a host, gives it back when nothing of it publishes the host any more. Pages, mails and forms
 * go on leading there for a time, so for a time the host stays with its namespace: it is marked, not deleted. What a crash or a
 * deleted namespace leaves behind is marked when the reservation is next seen (at the start at the latest), or asked for. A route that
 * was orphaned holds its hosts.
 *
 * A site that is refused one host reserves no other.
 */
export interface HostContext {
  cluster: Cluster;
  /** The operator's own namespace, where reservations are. */
  operatorNamespace: string;
  settings: { hosts?: HostSettings };
  now(): Date;
  log: Log;
}

/** Reserves every host of the site; a refusal for each that is another site's. */
export async function reserveHosts(site: Site, context: HostContext): Promise<Refusal[]> {
  const missing: string[] = [];
  const refusals: Refusal[] = [];
  for (const host of site.hosts) {
    const { object, reservation } = seenReservation(host, site, context);
    if (object === undefined || reservation?.uid !== site.uid) missing.push(host);
    else if (reservation.releasedAt !== undefined) await handOn(object, { host, holder: site }, context);
    if (reservation !== undefined && isHeldByOther(reservation, site, context))
      refusals.push(hostTaken(host, reservation, site, context));
  }
  if (refusals.length > 0) return refusals;
  const beyond = beyondLimits(site, missing, context);
  return beyond === undefined ? reserveMissing(site, missing, context) : [beyond];
}

/** Gives back what the spec no longer names, once no route publishes it: none of those that were there, or have been written since. */
export async function giveBackHosts(
  site: Site,
  routes: readonly Manifest[],
  context: HostContext,
): Promise<void> {
  const desired = new Set([...site.hosts, ...routes.flatMap(publishedBy)]);
  const key = siteKey(site.namespace, site.name);
  const superfluous = reservationsOf(key, context)
    .filter(({ reservation }) => reservation.uid !== site.uid || !desired.has(reservation.host))
    .filter(({ reservation }) => !isLatelyGivenBack(reservation, context));
  if (superfluous.length === 0) return;
  // What was seen may be old: a host that is named again must not be given away.
  const live = await context.cluster.metadata('HostedSite', site.namespace, site.name);
  const isCurrent = live?.uid === site.uid && live.generation === site.generation;
  if (!isCurrent) return;
  for (const { object, reservation } of superfluous) {
    await giveBack(object, reservation, context);
    const isLoss = reservation.uid === site.uid && reservation.releasedAt === undefined;
    if (isLoss) tellOf('HostReleased', reservation.host, site, context);
  }
}

/** With its routes a site takes over what its predecessor of the same name has reserved: visitors come to them all the time. */
export async function inheritHosts(holder: Holder, context: HostContext): Promise<void> {
  for (const { object, reservation } of reservationsOf(siteKey(holder.namespace, holder.name), context)) {
    const { namespace, name, uid } = holder;
    if (reservation.uid !== uid)
      await handOn(object, { host: reservation.host, holder: { namespace, name, uid } }, context);
  }
}

/** Gives back what a site has left behind that is gone. */
export async function giveBackHostsOfGone(key: SiteKey, context: HostContext): Promise<void> {
  const reservations = reservationsOf(key, context).filter(
    ({ reservation }) => !isLatelyGivenBack(reservation, context),
  );
  if (reservations.length === 0) return;
  const { namespace, name } = splitKey(key);
  const live = await context.cluster.metadata('HostedSite', namespace, name);
  if (live === undefined && (await isRouted(splitKey(key), context))) return;
  for (const { object, reservation } of reservations) {
    if (reservation.uid !== live?.uid) await giveBack(object, reservation, context);
  }
}

function seenReservation(host: string, site: Site, { cluster, operatorNamespace }: HostContext) {
  const { name } = hostReservation(host, site, operatorNamespace).metadata;
  const object = cluster.get('ConfigMap', operatorNamespace, name);
  return { object, reservation: reservationOf(object) };
}

/**
 * All or none: what this pass made is deleted again when one is refused. What somebody has, or had, is asked for first, so that a
 * site that is refused makes nothing in vain: each reservation that goes brings a pass to whoever names its host.
 */
async function reserveMissing(
  site: Site,
  missing: readonly string[],
  context: HostContext,
): Promise<Refusal[]> {
  const asking: Asking = { site, made: [], freed: [] };
  const isSeen = (host: string): boolean => seenReservation(host, site, context).object !== undefined;
  for (const host of [...missing.filter(isSeen), ...missing.filter((host) => !isSeen(host))]) {
    const holder = await heldByOther(host, asking, context);
    if (holder === undefined) continue;
    for (const object of asking.made) await drop(object, reservationOf(object) ?? nobody(host), context);
    return [hostTaken(host, holder, site, context)];
  }
  for (const host of asking.freed) tellOf('HostTakenOver', host, site, context);
  return [];
}

/** More turns than this, and somebody else reserves and gives back the host at the same time: later, then. */
const turns = 3;

interface Asking {
  site: Site;
  /** Reservations that were made for it, and not handed on to it. */
  made: Manifest[];
  /** Hosts that sites of other namespaces had. */
  freed: string[];
}

async function heldByOther(
  host: string,
  asking: Asking,
  context: HostContext,
): Promise<Reservation | undefined> {
  for (let turn = 0; turn < turns; turn += 1) {
    const holder = await holderAfterTry(host, asking, context);
    if (holder !== undefined) return holder.uid === asking.site.uid ? undefined : holder;
  }
  throw new Error('a host changes hands');
}

/** One try to make the reservation: who has the host now; undefined when it has just become free. */
async function holderAfterTry(
  host: string,
  { site, made, freed }: Asking,
  context: HostContext,
): Promise<Reservation | undefined> {
  const { cluster, operatorNamespace, log } = context;
  const desired = hostReservation(host, site, operatorNamespace);
  const own = { host, namespace: site.namespace, name: site.name, uid: site.uid };
  const created = await createdReservation(desired, cluster);
  if (created !== undefined) {
    made.push(created);
    log.info('host reserved', { site: `${site.namespace}/${site.name}`, host });
    return own;
  }
  const live = await cluster.read('ConfigMap', operatorNamespace, desired.metadata.name);
  if (live === undefined) return undefined;
  const reservation = reservationOf(live) ?? nobody(host);
  if (await isHeld(reservation, site, context)) return reservation;
  if (reservation.namespace === site.namespace) {
    await handOn(live, { host, holder: site }, context);
    if (reservation.name !== site.name) tellOf('HostTakenOver', host, site, context);
    return own;
  }
  if (!(await giveBack(live, reservation, context))) return { ...reservation, releasedAt: context.now() };
  freed.push(host);
  return undefined;
}

/** At the moment of the change: what is had or given back already is told no more. */
function tellOf(
  reason: 'HostTakenOver' | 'HostReleased',
  host: string,
  { name, namespace, uid, generation }: Site,
  { cluster }: HostContext,
): void {
  const { apiVersion, kind } = hostedSiteNames;
  const regarding = { apiVersion, kind, metadata: { name, namespace, uid, generation } };
  const { type } = events[reason];
  cluster.emit({ regarding, type, reason, action: 'Reconcile', note: milestone(reason, host).note });
}

/** An object of the reservation's name that is no reservation: it stays untouched, and the host is not to be had. */
function nobody(host: string): Reservation {
  return { host, namespace: '', name: '', uid: '' };
}

async function createdReservation(desired: Manifest, cluster: Cluster): Promise<Manifest | undefined> {
  try {
    return await cluster.create(desired);
  } catch (error) {
    if (error instanceof AlreadyExists) return undefined;
    throw error;
  }
}

/** Within a namespace, so that the host is free at no moment; Conflict when somebody was faster. */
async function handOn(
  object: Manifest,
  { host, holder }: { host: string; holder: Holder },
  { cluster, log }: HostContext,
): Promise<void> {
  await cluster.apply(reservationChange(object, holder), { fieldManager: manager, force: true });
  log.info('host reserved', { site: `${holder.namespace}/${holder.name}`, host });
}

/** Returns whether anybody may have it now; else it is marked, and stays with its namespace for a time. */
async function giveBack(object: Manifest, reservation: Reservation, context: HostContext): Promise<boolean> {
  if (reservation.releasedAt !== undefined || reservedFor(context) === 0) {
    await drop(object, reservation, context);
    return true;
  }
  const change = reservationChange(object, reservation, context.now());
  await context.cluster.apply(change, { fieldManager: manager, force: true });
  const { namespace, name, host } = reservation;
  context.log.info('host released', { site: `${namespace}/${name}`, host, reservedFor: namespace });
  return false;
}

/** This very reservation as it was seen; Conflict when another has taken its place, or it was handed on meanwhile. */
async function drop(
  { metadata }: Manifest,
  reservation: Reservation,
  { cluster, log }: HostContext,
): Promise<void> {
  const { namespace, name, uid, resourceVersion } = metadata;
  const ref = { kind: 'ConfigMap', namespace, name } as const;
  const seen = {
    ...(uid === undefined ? {} : { uid }),
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
  };
  await cluster.delete(ref, { ...seen, propagationPolicy: 'Background' });
  log.info('host released', { site: `${reservation.namespace}/${reservation.name}`, host: reservation.host });
}

function publishedBy({ kind, spec }: Manifest): string[] {
  if (!isRecord(spec)) return [];
  if (kind === 'HTTPRoute') return spec['hostnames'] as string[];
  return kind === 'Ingress'
    ? ((spec['rules'] ?? []) as { host?: string }[]).map(({ host }) => host ?? '')
    : [];
}
