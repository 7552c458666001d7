import { events } from '../../kinds/hosted-site/events.ts';
import { hostedSiteNames } from '../../kinds/hosted-site/hosted-site.ts';
import type { Manifest, Refusal, Site } from '../../components/component.ts';
import type { Cluster, Labelled } from '../../kube/cluster.ts';
import { AlreadyExists } from '../../kube/errors.ts';
import type { Log } from '../../observability/logger.ts';
import { isRecord } from '../../objects/difference.ts';
import { claimChange, claimOf, claimsOf, hostClaim } from './host-claim.ts';
import type { Claim, Holder } from './host-claim.ts';
import { beyondLimits } from './host-limits.ts';
import { defaultHosts } from './host-settings.ts';
import type { HostSettings } from './host-settings.ts';
import { hostTaken } from './host-taken.ts';
import { manager, siteLabels } from '../../objects/labels.ts';
import { milestone } from '../status/milestones.ts';
import { isSite } from '../data/ownership.ts';
import { siteKey, splitKey } from '../site-key.ts';
import type { SiteKey } from '../site-key.ts';

/**
 * One site for each host. A claim is had by making it, and the API server lets only one be made:
 *
 *   ours in the cache ──────────────────────────────▶ had, nothing is sent
 *   POST the claim ──made──▶ had
 *        └─taken─▶ read it ──of a site that is there──▶ HostTaken
 *                     ├─given back, or its site is gone ──of our namespace──▶ PATCH it: ours
 *                     │                                 └─of another, lately──▶ HostTaken
 *                     └─given back long ago──▶ DELETE that very claim, and POST again
 *
 * A site that is deleted, or drops a host, gives it back when nothing of it publishes the host any more. Pages, mails and forms
 * go on leading there for a time, so for a time the host stays with its namespace: it is marked, not deleted. What a crash or a
 * deleted namespace leaves behind is marked when the claim is next seen (at the start at the latest), or asked for. A route that
 * was orphaned holds its hosts.
 *
 * A site that is refused one host claims no other.
 */
export interface Registry {
  cluster: Cluster;
  /** The operator's own namespace, where claims are. */
  operatorNamespace: string;
  settings: { hosts?: HostSettings };
  now(): Date;
  log: Log;
}

/** Claims every host of the site; a refusal for each that is another site's. */
export async function claimHosts(site: Site, registry: Registry): Promise<Refusal[]> {
  const missing: string[] = [];
  const refusals: Refusal[] = [];
  for (const host of site.hosts) {
    const { object, claim } = seenClaim(host, site, registry);
    if (object === undefined || claim?.uid !== site.uid) missing.push(host);
    else if (claim.releasedAt !== undefined) await handOn(object, { host, holder: site }, registry);
    if (claim !== undefined && isHeldByOther(claim, site, registry))
      refusals.push(hostTaken(host, claim, site, registry));
  }
  if (refusals.length > 0) return refusals;
  const beyond = beyondLimits(site, missing, registry);
  return beyond === undefined ? claimMissing(site, missing, registry) : [beyond];
}

/** Gives back what the spec no longer names, once no route publishes it: none of those that were there, or have been written since. */
export async function releaseHosts(
  site: Site,
  routes: readonly Manifest[],
  registry: Registry,
): Promise<void> {
  const wanted = new Set([...site.hosts, ...routes.flatMap(publishedBy)]);
  const key = siteKey(site.namespace, site.name);
  const superfluous = claimsOf(key, registry)
    .filter(({ claim }) => claim.uid !== site.uid || !wanted.has(claim.host))
    .filter(({ claim }) => !isReserved(claim, registry));
  if (superfluous.length === 0) return;
  // What was seen may be old: a host that is named again must not be given away.
  const live = await registry.cluster.metadata('HostedSite', site.namespace, site.name);
  const isCurrent = live?.uid === site.uid && live.generation === site.generation;
  if (!isCurrent) return;
  for (const { object, claim } of superfluous) {
    await giveBack(object, claim, registry);
    const isLoss = claim.uid === site.uid && claim.releasedAt === undefined;
    if (isLoss) tellOf('HostReleased', claim.host, site, registry);
  }
}

/** With its routes a site takes over what its predecessor of the same name has claimed: visitors come to them all the time. */
export async function inheritHosts(holder: Holder, registry: Registry): Promise<void> {
  for (const { object, claim } of claimsOf(siteKey(holder.namespace, holder.name), registry)) {
    const { namespace, name, uid } = holder;
    if (claim.uid !== uid)
      await handOn(object, { host: claim.host, holder: { namespace, name, uid } }, registry);
  }
}

/** Gives back what a site has left behind that is gone. */
export async function releaseHostsOfGone(key: SiteKey, registry: Registry): Promise<void> {
  const claims = claimsOf(key, registry).filter(({ claim }) => !isReserved(claim, registry));
  if (claims.length === 0) return;
  const { namespace, name } = splitKey(key);
  const live = await registry.cluster.metadata('HostedSite', namespace, name);
  if (live === undefined && (await isRouted(splitKey(key), registry))) return;
  for (const { object, claim } of claims) {
    if (claim.uid !== live?.uid) await giveBack(object, claim, registry);
  }
}

function seenClaim(host: string, site: Site, { cluster, operatorNamespace }: Registry) {
  const { name } = hostClaim(host, site, operatorNamespace).metadata;
  const object = cluster.get('ConfigMap', operatorNamespace, name);
  return { object, claim: claimOf(object) };
}

/** As far as the caches know. */
function isHeldByOther(claim: Claim, site: Site, registry: Registry): boolean {
  if (claim.uid === site.uid) return false;
  if (claim.releasedAt === undefined) return isSeen(claim, registry.cluster);
  return claim.namespace !== site.namespace && isReserved(claim, registry);
}

/**
 * All or none: what this pass made is deleted again when one is refused. What somebody has, or had, is asked for first, so that a
 * site that is refused makes nothing in vain: each claim that goes brings a pass to whoever names its host.
 */
async function claimMissing(site: Site, missing: readonly string[], registry: Registry): Promise<Refusal[]> {
  const asking: Asking = { site, made: [], freed: [] };
  const isSeen = (host: string): boolean => seenClaim(host, site, registry).object !== undefined;
  for (const host of [...missing.filter(isSeen), ...missing.filter((host) => !isSeen(host))]) {
    const holder = await heldByOther(host, asking, registry);
    if (holder === undefined) continue;
    for (const object of asking.made) await drop(object, claimOf(object) ?? nobody(host), registry);
    return [hostTaken(host, holder, site, registry)];
  }
  for (const host of asking.freed) tellOf('HostTakenOver', host, site, registry);
  return [];
}

/** More turns than this, and somebody else claims and gives back the host at the same time: later, then. */
const turns = 3;

interface Asking {
  site: Site;
  /** Claims that were made for it, and not handed on to it. */
  made: Manifest[];
  /** Hosts that sites of other namespaces had. */
  freed: string[];
}

async function heldByOther(host: string, asking: Asking, registry: Registry): Promise<Claim | undefined> {
  for (let turn = 0; turn < turns; turn += 1) {
    const holder = await holderAfterTry(host, asking, registry);
    if (holder !== undefined) return holder.uid === asking.site.uid ? undefined : holder;
  }
  throw new Error('a host changes hands');
}

/** One try to make the claim: who has the host now; undefined when it has just become free. */
async function holderAfterTry(
  host: string,
  { site, made, freed }: Asking,
  registry: Registry,
): Promise<Claim | undefined> {
  const { cluster, operatorNamespace, log } = registry;
  const wanted = hostClaim(host, site, operatorNamespace);
  const own = { host, namespace: site.namespace, name: site.name, uid: site.uid };
  const created = await createdClaim(wanted, cluster);
  if (created !== undefined) {
    made.push(created);
    log.info('host claimed', { site: `${site.namespace}/${site.name}`, host });
    return own;
  }
  const live = await cluster.read('ConfigMap', operatorNamespace, wanted.metadata.name);
  if (live === undefined) return undefined;
  const claim = claimOf(live) ?? nobody(host);
  if (await isHeld(claim, site, registry)) return claim;
  if (claim.namespace === site.namespace) {
    await handOn(live, { host, holder: site }, registry);
    if (claim.name !== site.name) tellOf('HostTakenOver', host, site, registry);
    return own;
  }
  if (!(await giveBack(live, claim, registry))) return { ...claim, releasedAt: registry.now() };
  freed.push(host);
  return undefined;
}

/** Within a namespace it is enough that the site is gone, or has given the host back. */
async function isHeld(claim: Claim, site: Site, registry: Registry): Promise<boolean> {
  const isOurs = claim.namespace === site.namespace;
  if (isReserved(claim, registry)) return !isOurs;
  return !(await isOver(claim, registry)) || (!isOurs && (await isRouted(claim, registry)));
}

/** At the moment of the change: what is had or given back already is told no more. */
function tellOf(
  reason: 'HostTakenOver' | 'HostReleased',
  host: string,
  { name, namespace, uid, generation }: Site,
  { cluster }: Registry,
): void {
  const { apiVersion, kind } = hostedSiteNames;
  const regarding = { apiVersion, kind, metadata: { name, namespace, uid, generation } };
  const { type } = events[reason];
  cluster.emit({ regarding, type, reason, action: 'Reconcile', note: milestone(reason, host).note });
}

function isSeen({ namespace, name, uid }: Claim, cluster: Cluster): boolean {
  return cluster.get('HostedSite', namespace, name)?.metadata.uid === uid;
}

/** Asked of the API server itself: a cache that lags must give no host away. */
async function isOver({ namespace, name, uid, releasedAt }: Claim, { cluster }: Registry): Promise<boolean> {
  if (uid === '') return false;
  // Of a namespace that the operator may not look at, a site is there until its claim says otherwise.
  if (!cluster.covers('HostedSite', namespace)) return releasedAt !== undefined;
  return releasedAt !== undefined || (await cluster.metadata('HostedSite', namespace, name))?.uid !== uid;
}

/** Whether a route of a site is left that nobody owns: visitors of its hosts still come to its pods. */
async function isRouted(
  { namespace, name }: Pick<Claim, 'namespace' | 'name'>,
  { cluster }: Registry,
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
function isReserved({ releasedAt }: Claim, registry: Registry): boolean {
  return releasedAt !== undefined && releasedAt.getTime() + reservation(registry) > registry.now().getTime();
}

/** Milliseconds. */
function reservation({ settings: { hosts = defaultHosts } }: Registry): number {
  return hosts.releaseAfterSeconds * 1000;
}

/** An object of the claim's name that is no claim: it stays untouched, and the host is not to be had. */
function nobody(host: string): Claim {
  return { host, namespace: '', name: '', uid: '' };
}

async function createdClaim(wanted: Manifest, cluster: Cluster): Promise<Manifest | undefined> {
  try {
    return await cluster.create(wanted);
  } catch (error) {
    if (error instanceof AlreadyExists) return undefined;
    throw error;
  }
}

/** Within a namespace, so that the host is free at no moment; Conflict when somebody was faster. */
async function handOn(
  object: Manifest,
  { host, holder }: { host: string; holder: Holder },
  { cluster, log }: Registry,
): Promise<void> {
  await cluster.apply(claimChange(object, holder), { fieldManager: manager, force: true });
  log.info('host claimed', { site: `${holder.namespace}/${holder.name}`, host });
}

/** Returns whether anybody may have it now; else it is marked, and stays with its namespace for a time. */
async function giveBack(object: Manifest, claim: Claim, registry: Registry): Promise<boolean> {
  if (claim.releasedAt !== undefined || reservation(registry) === 0) {
    await drop(object, claim, registry);
    return true;
  }
  const change = claimChange(object, claim, registry.now());
  await registry.cluster.apply(change, { fieldManager: manager, force: true });
  const { namespace, name, host } = claim;
  registry.log.info('host released', { site: `${namespace}/${name}`, host, reservedFor: namespace });
  return false;
}

/** This very claim as it was seen; Conflict when another has taken its place, or it was handed on meanwhile. */
async function drop({ metadata }: Manifest, claim: Claim, { cluster, log }: Registry): Promise<void> {
  const { namespace, name, uid, resourceVersion } = metadata;
  const ref = { kind: 'ConfigMap', namespace, name } as const;
  const seen = {
    ...(uid === undefined ? {} : { uid }),
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
  };
  await cluster.delete(ref, { ...seen, propagationPolicy: 'Background' });
  log.info('host released', { site: `${claim.namespace}/${claim.name}`, host: claim.host });
}

function publishedBy({ kind, spec }: Manifest): string[] {
  if (!isRecord(spec)) return [];
  if (kind === 'HTTPRoute') return spec['hostnames'] as string[];
  return kind === 'Ingress'
    ? ((spec['rules'] ?? []) as { host?: string }[]).map(({ host }) => host ?? '')
    : [];
}
