import { hostedSiteNames, specDefaults } from '../../kinds/hosted-site/hosted-site.ts';
import type { HostedSite } from '../../kinds/hosted-site/hosted-site.ts';
import type { Manifest, ObjectMeta, OwnerReference } from '../../components/component.ts';
import type { Cluster, Labelled } from '../../kube/cluster.ts';
import { ownSecrets } from './credentials.ts';
import type { CredentialKeeper } from './credentials.ts';
import {
  appliedHashAnnotation,
  belongsToSite,
  dataManager,
  deleteDataFinalizer,
  manager,
  policyAnnotation,
  siteLabels,
} from '../../objects/labels.ts';
import type { Observed } from '../../releases/observed.ts';
import { isSite, ownerOfData } from './ownership.ts';
import { siteKey } from '../site-key.ts';
import type { SiteKey } from '../site-key.ts';

export type DeletionPolicy = 'Retain' | 'Delete';

export interface DataKeeper extends CredentialKeeper {
  /** Sites with Delete whose credentials are known to be marked for it. Nothing hangs on it: after a restart they are looked through. */
  marked: Set<SiteKey>;
}

/**
 * Volumes go with the site, or stay, because Kubernetes says so: with deletionPolicy Delete they are owned by it, with Retain they
 * are nobody's. So no finalizer of ours can keep a site, or its namespace, from going when no operator runs.
 *
 * The status is the promise. `Retain` stands there only while nothing is owned: it is told after the last reference was taken, and
 * `Delete` before the first is given, by the pass before. To take is safe at any time. What is given is looked at live before, and
 * never given when the site is on its way out: who deletes it and orphans what it owns has had the references taken just then. A
 * finalizer of an earlier version is the exception: there nothing was owned before.
 *
 * Returns what the status is to say.
 */
export async function followPolicy(seen: Observed, keeper: DataKeeper): Promise<DeletionPolicy> {
  const desired = seen.site.spec.deletionPolicy ?? specDefaults.deletionPolicy;
  return desired === 'Retain' ? retain(seen, keeper) : own(seen, keeper);
}

async function retain(seen: Observed, keeper: DataKeeper): Promise<DeletionPolicy> {
  const { site } = seen;
  const isNew = reported(site) !== 'Retain';
  if (isNew && !(await isRetained(site, keeper))) return reported(site);
  if (isNew || claimsOf(seen).some(({ metadata }) => isOwned(metadata, site))) {
    await disown(site, isNew, keeper);
    if (isNew) await ownSecrets(site.metadata, 'Retain', keeper);
  }
  keeper.marked.delete(keyOf(site));
  if (hasOldFinalizer(site)) await dropFinalizer(site, keeper);
  return 'Retain';
}

/** To make a Secret anew is no small thing: not by a pass that sees what is not wanted any more. */
async function isRetained({ metadata }: HostedSite, { cluster }: DataKeeper): Promise<boolean> {
  const live = await cluster.read('HostedSite', metadata.namespace, metadata.name);
  return live?.metadata.uid === metadata.uid && (live as HostedSite).spec.deletionPolicy !== 'Delete';
}

/** Every claim of the namespace is looked at: one that has lost its labels would go with the site all the same. */
async function disown(site: HostedSite, isNew: boolean, { cluster }: DataKeeper): Promise<void> {
  for (const { metadata } of await claimsIn(site, cluster)) {
    const isOurs = isOwned(metadata, site);
    // A claim that has none gets another version all the same: one that is being given to it just now is then too late.
    if (!isOurs && !(isNew && belongsToSite(metadata, site.metadata))) continue;
    const left = metadata.ownerReferences?.filter(({ uid }) => uid !== site.metadata.uid) ?? [];
    await write(metadata, left, `Retain ${site.metadata.uid} ${site.metadata.generation}`, cluster);
  }
}

async function own(seen: Observed, keeper: DataKeeper): Promise<DeletionPolicy> {
  const { site } = seen;
  if (isInForce(seen, keeper)) return 'Delete';
  const may = await mayGive(site, keeper);
  if (may === 'now') return bringIntoForce(seen, keeper);
  if (may === 'never' && hasOldFinalizer(site)) await dropFinalizer(site, keeper);
  return reported(site);
}

/** Credentials are marked before claims are given: where a claim is the site's, they are. */
function isInForce(seen: Observed, { marked }: DataKeeper): boolean {
  const { site } = seen;
  const claims = claimsOf(seen);
  return (
    reported(site) === 'Delete' &&
    !hasOldFinalizer(site) &&
    (marked.has(keyOf(site)) || claims.some(({ metadata }) => isOwned(metadata, site))) &&
    !claims.some(({ metadata }) => isGivable(metadata, site))
  );
}

/**
 * What is told now is given by a later pass, and not before the site has made anything: what a predecessor of its name has left is
 * nothing to a site that is refused from its beginning. A site that a finalizer of an earlier version keeps has no later pass.
 */
async function bringIntoForce(seen: Observed, keeper: DataKeeper): Promise<'Delete'> {
  const { site } = seen;
  const isEnding = site.metadata.deletionTimestamp !== undefined;
  const hasMade = seen.owned.some(({ metadata }) => isOwned(metadata, site));
  const isDue = isEnding || (reported(site) === 'Delete' && (hasMade || hasOldFinalizer(site)));
  if (isDue && (await give(site, keeper)) && hasOldFinalizer(site)) await dropFinalizer(site, keeper);
  return 'Delete';
}

/** Returns whether all is given. The site is looked at before each, because a look gets old. */
async function give(site: HostedSite, keeper: DataKeeper): Promise<boolean> {
  await ownSecrets(site.metadata, 'Delete', keeper);
  for (const found of await claimsIn(site, keeper.cluster)) {
    const { metadata } = found;
    if (!isGivable(metadata, site) || !isMadeByUs(found)) continue;
    if ((await mayGive(site, keeper)) !== 'now') return false;
    const owners = [...(metadata.ownerReferences ?? []), ownerOfData(site.metadata)];
    await write(metadata, owners, `Delete ${site.metadata.uid} ${site.metadata.generation}`, keeper.cluster);
  }
  keeper.marked.add(keyOf(site));
  return true;
}

/** What nobody has told is the default. */
function reported({ status }: HostedSite): DeletionPolicy {
  return status?.deletionPolicy ?? 'Retain';
}

function keyOf({ metadata: { namespace, name } }: HostedSite): SiteKey {
  return siteKey(namespace, name);
}

function hasOldFinalizer({ metadata }: Pick<HostedSite, 'metadata'>): boolean {
  return metadata.finalizers?.includes(deleteDataFinalizer) === true;
}

function claimsOf({ owned }: Observed): Manifest[] {
  return owned.filter(({ kind }) => kind === 'PersistentVolumeClaim');
}

function claimsIn({ metadata }: HostedSite, cluster: Cluster): Promise<readonly Labelled[]> {
  return cluster.labelled('PersistentVolumeClaim', metadata.namespace, {});
}

/** Another one may carry the labels, a clone for instance. */
function isMadeByUs({ managers }: Labelled): boolean {
  return managers.includes(manager);
}

function isOwned({ ownerReferences }: ObjectMeta, { metadata }: HostedSite): boolean {
  return ownerReferences?.some(({ uid }) => uid === metadata.uid) === true;
}

/** As far as can be seen without asking who has written it. */
function isGivable(metadata: ObjectMeta, site: HostedSite): boolean {
  const isApplied = metadata.annotations?.[appliedHashAnnotation] !== undefined;
  return isApplied && belongsToSite(metadata, site.metadata) && isFree(metadata, site);
}

/** One that refers to another site is that one's, or on its way out. */
function isFree(metadata: ObjectMeta, site: HostedSite): boolean {
  const { deletionTimestamp, ownerReferences = [] } = metadata;
  if (deletionTimestamp !== undefined || isOwned(metadata, site)) return false;
  return !ownerReferences.some((owner) => isSite(owner) || owner.controller === true);
}

/** `kubectl delete --cascade=orphan`: the garbage collector frees what the object owns, and takes this away. */
const orphanFinalizer = 'orphan';

/** `later`: what was seen is not what is there; the watch will tell. */
async function mayGive(site: HostedSite, { cluster }: DataKeeper): Promise<'now' | 'later' | 'never'> {
  const { namespace, name, uid } = site.metadata;
  const live = (await cluster.read('HostedSite', namespace, name)) as HostedSite | undefined;
  if (live?.metadata.uid !== uid || live.spec.deletionPolicy !== 'Delete') return 'later';
  const { deletionTimestamp, finalizers = [] } = live.metadata;
  if (deletionTimestamp === undefined) return reported(site) === reported(live) ? 'now' : 'later';
  if (!hasOldFinalizer(live) || finalizers.includes(orphanFinalizer)) return 'never';
  return (await hasOrphans(site, cluster)) ? 'never' : 'now';
}

/** The finalizer above stays for milliseconds only; what was made and is nobody's any more tells it afterwards. */
async function hasOrphans({ metadata }: HostedSite, cluster: Cluster): Promise<boolean> {
  const labels = siteLabels(metadata);
  const workloads = [
    ...(await cluster.labelled('Deployment', metadata.namespace, labels)),
    ...(await cluster.labelled('StatefulSet', metadata.namespace, labels)),
  ];
  return workloads.some((one) => (one.metadata.ownerReferences ?? []).length === 0);
}

/** Of the very claim that was looked at, in this version. */
async function write(
  { name, namespace, resourceVersion }: ObjectMeta,
  ownerReferences: OwnerReference[],
  policy: string,
  cluster: Cluster,
): Promise<void> {
  const annotations = { [policyAnnotation]: policy };
  const metadata = { name, namespace, resourceVersion, ownerReferences, annotations } as ObjectMeta;
  const claim: Manifest = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata };
  await cluster.merge(claim, { fieldManager: dataManager });
}

/** What was seen may be old: the policy that has been followed must be the one that is there. */
async function dropFinalizer({ metadata }: HostedSite, { cluster }: DataKeeper): Promise<void> {
  const { apiVersion, kind } = hostedSiteNames;
  const { namespace, name, uid } = metadata;
  const live = await cluster.metadata('HostedSite', namespace, name);
  if (live?.uid !== uid || live.generation !== metadata.generation) return;
  const finalizers = live.finalizers?.filter((one) => one !== deleteDataFinalizer) ?? [];
  await cluster.merge(
    {
      apiVersion,
      kind,
      metadata: { name, namespace, resourceVersion: live.resourceVersion, finalizers } as ObjectMeta,
    },
    { fieldManager: manager },
  );
}
