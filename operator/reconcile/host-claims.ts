import type { Reason } from '../api/conditions.ts';
import type { Manifest, Observed, Refusal, Site } from '../components/component.ts';
import { siteKey, splitKey } from '../kube/cluster.ts';
import type { Cluster, SiteKey } from '../kube/cluster.ts';
import { AlreadyExists } from '../kube/errors.ts';
import type { Log } from '../observability/logger.ts';
import { claimOf, claimsOf, hostClaim } from './host-claim.ts';
import type { Claim } from './host-claim.ts';
import { isRecord } from './difference.ts';

/**
 * One site for each host. A claim is had by making it, and the API server lets only one be made:
 *
 *   ours in the cache ──────────────────────────────▶ had, nothing is sent
 *   POST the claim ──made──▶ had
 *        └─taken─▶ read it ──of a site that is there──▶ HostTaken
 *                     └─of a site that is gone──▶ DELETE that very claim, and POST again
 *
 * A site that is deleted, or drops a host, gives it back when nothing of it publishes the host any more. What a crash or
 * a deleted namespace leaves behind is given back when the claim is next seen (at the start at the latest), or taken over.
 */
export interface Registry {
  cluster: Cluster;
  /** The operator's own namespace, where claims are. */
  operatorNamespace: string;
  log: Log;
}

/** Claims every host of the site; a refusal for each that is another site's. */
export async function claimHosts(site: Site, registry: Registry): Promise<Refusal[]> {
  const refusals: Refusal[] = [];
  for (const host of site.hosts) {
    const holder = await heldByOther(host, site, registry);
    if (holder !== undefined) refusals.push(hostTaken(host, holder, site));
  }
  return refusals;
}

/** Gives back what the spec no longer names, once no route that was seen publishes it. */
export async function releaseHosts(site: Site, seen: Observed, registry: Registry): Promise<void> {
  const wanted = new Set([...site.hosts, ...seen.owned.flatMap(publishedBy)]);
  const key = siteKey(site.namespace, site.name);
  const superfluous = claimsOf(key, registry).filter(
    ({ claim }) => claim.uid !== site.uid || !wanted.has(claim.host),
  );
  if (superfluous.length === 0) return;
  // What was seen may be old: a host that is named again must not be given away.
  const live = await registry.cluster.metadata('HostedSite', site.namespace, site.name);
  const isCurrent = live?.uid === site.uid && live.generation === site.generation;
  if (!isCurrent) return;
  for (const { object, claim } of superfluous) await release(object, claim, registry);
}

/** Gives back what a site has left behind that is gone. */
export async function releaseHostsOfGone(key: SiteKey, registry: Registry): Promise<void> {
  const claims = claimsOf(key, registry);
  if (claims.length === 0) return;
  const { namespace, name } = splitKey(key);
  const live = await registry.cluster.metadata('HostedSite', namespace, name);
  for (const { object, claim } of claims) {
    if (claim.uid !== live?.uid) await release(object, claim, registry);
  }
}

/** More turns than this, and somebody else claims and gives back the host at the same time: later, then. */
const turns = 3;

async function heldByOther(host: string, site: Site, registry: Registry): Promise<Claim | undefined> {
  const { cluster, operatorNamespace } = registry;
  const wanted = hostClaim(host, site, operatorNamespace);
  const known = claimOf(cluster.get('ConfigMap', operatorNamespace, wanted.metadata.name));
  if (known?.uid === site.uid) return undefined;
  if (known !== undefined && isSeen(known, cluster)) return known;
  for (let turn = 0; turn < turns; turn += 1) {
    const holder = await holderAfterTry(wanted, host, registry);
    if (holder !== undefined) return holder.uid === site.uid ? undefined : holder;
  }
  throw new Error('a host changes hands');
}

/** One try to make the claim: who has the host now; undefined when it has just become free. */
async function holderAfterTry(
  wanted: Manifest,
  host: string,
  registry: Registry,
): Promise<Claim | undefined> {
  const { cluster, operatorNamespace, log } = registry;
  if (await isMade(wanted, cluster)) {
    const claim = claimOf(wanted) ?? nobody(host);
    log.info('host claimed', { site: `${claim.namespace}/${claim.name}`, host });
    return claim;
  }
  const live = await cluster.read('ConfigMap', operatorNamespace, wanted.metadata.name);
  if (live === undefined) return undefined;
  const claim = claimOf(live) ?? nobody(host);
  if (!(await isOrphan(claim, cluster))) return claim;
  await release(live, claim, registry);
  return undefined;
}

function isSeen({ namespace, name, uid }: Claim, cluster: Cluster): boolean {
  return cluster.get('HostedSite', namespace, name)?.metadata.uid === uid;
}

/** Asked of the API server itself: a cache that lags must give no host away. */
async function isOrphan({ namespace, name, uid }: Claim, cluster: Cluster): Promise<boolean> {
  if (uid === '') return false;
  return (await cluster.metadata('HostedSite', namespace, name))?.uid !== uid;
}

/** An object of the claim's name that is no claim: it stays untouched, and the host is not to be had. */
function nobody(host: string): Claim {
  return { host, namespace: '', name: '', uid: '' };
}

async function isMade(wanted: Manifest, cluster: Cluster): Promise<boolean> {
  try {
    await cluster.create(wanted);
    return true;
  } catch (error) {
    if (error instanceof AlreadyExists) return false;
    throw error;
  }
}

/** This very claim; Conflict when another has taken its place. */
async function release({ metadata }: Manifest, claim: Claim, { cluster, log }: Registry): Promise<void> {
  const { namespace, name, uid } = metadata;
  const ref = { kind: 'ConfigMap', namespace, name } as const;
  await cluster.delete(ref, { ...(uid === undefined ? {} : { uid }), propagationPolicy: 'Background' });
  log.info('host released', { site: `${claim.namespace}/${claim.name}`, host: claim.host });
}

/** Says nothing of a site of another namespace: its name is its tenant's business. */
function hostTaken(host: string, { namespace, name }: Claim, site: Site): Refusal {
  const reason: Reason = 'HostTaken';
  const whose = namespace === site.namespace ? `the site ${name}` : 'another site';
  const message = `The host ${host} belongs to ${whose}. Take it out of spec.hosts, or first out of the other site.`;
  return { reason, message };
}

function publishedBy({ kind, spec }: Manifest): string[] {
  if (!isRecord(spec)) return [];
  if (kind === 'HTTPRoute') return spec['hostnames'] as string[];
  return kind === 'Ingress'
    ? ((spec['rules'] ?? []) as { host?: string }[]).map(({ host }) => host ?? '')
    : [];
}
