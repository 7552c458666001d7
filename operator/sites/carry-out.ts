import type { Reason } from '../kinds/hosted-site/reasons.ts';
import { hostedSiteNames } from '../kinds/hosted-site/hosted-site.ts';
import type { HostedSite, HostedSiteStatus } from '../kinds/hosted-site/hosted-site.ts';
import { unseenStatus } from '../kinds/hosted-site/unseen-status.ts';
import type { Manifest, ObjectMeta, Refusal, Site } from '../components/component.ts';
import {
  AlreadyExists,
  BadRequest,
  Conflict,
  Forbidden,
  Invalid,
  MissingRight,
  NotFound,
} from '../kube/errors.ts';
import type { ApiError } from '../kube/errors.ts';
import type { Cluster, ObjectRef } from '../kube/cluster.ts';
import { uidOfNamespace, writeSecret } from './data/credentials.ts';
import type { CredentialKeeper } from './data/credentials.ts';
import type { Desired } from './desired.ts';
import { sameContent } from '../objects/hash.ts';
import { handOverManager, manager, statusManager } from '../objects/labels.ts';
import type { Observed } from '../releases/observed.ts';
import { nameTaken, ownership } from './data/ownership.ts';
import type { Application, Creation, Plan } from './plan.ts';

/** What a pass wrote, in order, and what it was refused. */
export interface Written {
  applied: readonly Application[];
  /** Applied without effect: the API server keeps something that we did not ask for, a webhook's work for instance. */
  unchanged: readonly Application[];
  created: readonly Desired[];
  removed: readonly Manifest[];
  /** At most one, as with refusals: it has the site's labels and no owner, and the caches did not show it. */
  orphaned: readonly Manifest[];
  /** At most one: a pass stops at the first, because what comes later may rest on what was refused. */
  refusals: readonly Refusal[];
}

/** The only writer of a site's objects. Server-side apply with one field manager; nothing is taken from anybody. */
export async function carryOut(plan: Plan, site: Site, keeper: CredentialKeeper): Promise<Written> {
  const [applied, unchanged, created, removed] = [[], [], [], []] as [
    Application[],
    Application[],
    Desired[],
    Manifest[],
  ];
  const written = { applied, unchanged, created, removed, orphaned: [] };
  let known: Promise<string> | undefined;
  const space = (): Promise<string> => (known ??= uidOfNamespace(site.namespace, keeper.cluster));
  try {
    for (const creation of plan.create) {
      await attempt(creation.desired.object, () => create(creation, site, space, keeper));
      created.push(creation.desired);
    }
    for (const application of plan.apply) {
      const isChanged = await attempt(application.desired.object, () => apply(application, site, keeper));
      (isChanged ? applied : unchanged).push(application);
    }
    for (const object of plan.remove) {
      await attempt(object, () => remove(object, keeper));
      removed.push(object);
    }
    return { ...written, refusals: [] };
  } catch (error) {
    if (error instanceof Refused) return { ...written, refusals: [error.refusal] };
    if (error instanceof Orphaned) return { ...written, orphaned: [error.object], refusals: [] };
    throw error;
  }
}

/** Trying again would change nothing: the pass ends here, and a person must act. */
class Refused extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.message);
    this.refusal = refusal;
  }
}

/** The site's own, it seems: the pass ends here, and another one begins when that is cleared up. */
class Orphaned extends Error {
  readonly object: Manifest;

  constructor(object: Manifest) {
    super(`${object.kind} ${object.metadata.name} has no owner`);
    this.object = object;
  }
}

async function create(
  creation: Creation,
  site: Site,
  space: () => Promise<string>,
  keeper: CredentialKeeper,
): Promise<void> {
  const { desired } = creation;
  if (desired.object.kind === 'Secret') {
    const refusal = await writeSecret(creation, site, await space(), keeper);
    if (refusal !== undefined) throw new Refused(refusal);
    return;
  }
  try {
    await keeper.cluster.create(desired.object);
  } catch (error) {
    if (!(error instanceof AlreadyExists)) throw error;
    const live = await liveMetadata(desired.object, keeper);
    if (live !== undefined) mustBeOurs(desired, live, site);
  }
}

/**
 * An object that the caches do not hold may exist all the same, without our labels: then a live look decides whose it
 * is. Returns whether it changed.
 */
async function apply({ desired, live }: Application, site: Site, keeper: CredentialKeeper): Promise<boolean> {
  if (live === undefined && (await isMade(desired.object, keeper))) return true;
  const there = live?.metadata ?? (await liveMetadata(desired.object, keeper));
  if (there !== undefined) mustBeOurs(desired, there, site);
  const object = withUid(desired.object, there?.uid);
  if (there !== undefined && desired.handOver !== undefined) await handOver(object, desired.handOver, keeper);
  const after = await keeper.cluster.apply(object, { fieldManager: manager, force: true });
  return after.metadata.resourceVersion !== live?.metadata.resourceVersion;
}

/**
 * Owned by a manager of its own, a field keeps its value when the next apply leaves it out; whoever decides it then writes it.
 * Cut off in between, it has two owners and the next pass does both again.
 */
async function handOver(
  { apiVersion, kind, metadata: { name, namespace, uid } }: Manifest,
  fields: Record<string, unknown>,
  { cluster }: CredentialKeeper,
): Promise<void> {
  const metadata: ObjectMeta = { name, ...(namespace && { namespace }), ...(uid && { uid }) };
  await cluster.apply(
    { apiVersion, kind, metadata, ...fields },
    { fieldManager: handOverManager, force: true },
  );
}

async function isMade(object: Manifest, { cluster }: CredentialKeeper): Promise<boolean> {
  try {
    await cluster.apply(object, { fieldManager: manager, force: true, isNew: true });
    return true;
  } catch (error) {
    if (error instanceof Conflict) return false;
    throw error;
  }
}

async function remove(object: Manifest, { cluster }: CredentialKeeper): Promise<void> {
  const { uid } = object.metadata;
  const options = { propagationPolicy: 'Background' } as const;
  await cluster.delete(refOf(object), uid === undefined ? options : { ...options, uid });
}

function mustBeOurs({ object, lifetime }: Desired, live: ObjectMeta, site: Site): void {
  const whose = ownership(live, lifetime, site);
  if (whose === 'ours') return;
  if (whose === 'orphaned') throw new Orphaned({ ...object, metadata: live });
  throw new Refused(nameTaken(object.kind, object.metadata.name));
}

function liveMetadata(object: Manifest, { cluster }: CredentialKeeper): Promise<ObjectMeta | undefined> {
  const { kind, namespace, name } = refOf(object);
  return cluster.metadata(kind, namespace, name);
}

/** With the UID the API server refuses to write another object that got the name meanwhile. */
function withUid(object: Manifest, uid: string | undefined): Manifest {
  return uid === undefined ? object : { ...object, metadata: { ...object.metadata, uid } };
}

/** What the API server would refuse again becomes a refusal; everything else is thrown and tried again. */
async function attempt<T>(object: Manifest, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!isFinal(error)) throw error;
    const reason: Reason = 'Rejected';
    throw new Refused({ reason, message: rejection(object, error) });
  }
}

function isFinal(error: unknown): error is ApiError {
  if (error instanceof MissingRight) return false;
  if (error instanceof Forbidden) return !error.namespaceTerminating;
  return error instanceof Invalid || error instanceof BadRequest;
}

function rejection({ kind, metadata: { name } }: Manifest, { detail }: ApiError): string {
  const what = `The cluster refuses the ${kind} ${name}`;
  return detail === '' ? `${what}.` : `${what}: ${detail}`;
}

/** Written only when it differs; a site that is gone needs none. Returns whether it was written. */
export async function writeStatus(
  status: HostedSiteStatus,
  seen: Observed,
  cluster: Cluster,
): Promise<boolean> {
  if (isTold(status, seen)) return false;
  const { site } = seen;
  try {
    const before = site.status === undefined ? await takeOver(status, site, cluster) : site;
    await applyStatus(status, before, cluster);
    return true;
  } catch (error) {
    if (error instanceof NotFound) return false;
    throw error;
  }
}

/**
 * The conditions that the API server says of a new object are nobody's, and an apply takes away only what is its manager's: what
 * shall not stay is taken over first.
 */
async function takeOver(status: HostedSiteStatus, site: HostedSite, cluster: Cluster): Promise<HostedSite> {
  const { conditions = [] } = status;
  const others = unseenStatus.conditions.filter(({ type }) => !conditions.some((one) => one.type === type));
  if (others.length === 0) return site;
  return applyStatus({ ...status, conditions: [...conditions, ...others] }, site, cluster);
}

/** How often one status is sent while others change the site. */
const statusTries = 3;

/**
 * Writes only over the status that the pass was computed from: a process that was paused cannot overwrite what its successor wrote.
 * That is a Conflict, and the pass is repeated. When only something else of the site has changed (its spec, a label), the same status
 * is sent again with the new version, so a site that is edited all the time gets one too.
 */
async function applyStatus(
  status: HostedSiteStatus,
  before: HostedSite,
  cluster: Cluster,
): Promise<HostedSite> {
  const { apiVersion, kind } = hostedSiteNames;
  const { name, namespace, uid } = before.metadata;
  const options = { fieldManager: statusManager, force: true };
  let site = before;
  for (let count = 1; ; count += 1) {
    const metadata = { name, namespace, uid, ...versionOf(site) };
    try {
      return (await cluster.applyStatus({ apiVersion, kind, metadata, status }, options)) as HostedSite;
    } catch (error) {
      if (!(error instanceof Conflict) || count === statusTries) throw error;
      const live = (await cluster.read(kind, namespace, name)) as HostedSite | undefined;
      if (live?.metadata.uid !== uid) throw error;
      // It was written, and only the answer was lost.
      if (isTold(status, { site: live })) return live;
      if (!isTold(before.status ?? unseenStatus, { site: live })) throw error;
      site = live;
    }
  }
}

function versionOf({ metadata: { resourceVersion } }: HostedSite): Pick<ObjectMeta, 'resourceVersion'> {
  return resourceVersion === undefined ? {} : { resourceVersion };
}

/** Whether the site already says so. */
export function isTold(
  status: HostedSiteStatus,
  { site: { status: before = {} } }: Pick<Observed, 'site'>,
): boolean {
  return sameContent(inOrder(status), inOrder(before));
}

/** Server-side apply puts what is new in a list at a place of its own choice. */
function inOrder({ conditions = [], ...rest }: HostedSiteStatus): HostedSiteStatus {
  return { ...rest, conditions: [...conditions].sort((a, b) => (a.type < b.type ? -1 : 1)) };
}

function refOf({ kind, metadata: { namespace, name } }: Manifest): ObjectRef {
  return { kind: kind, namespace, name };
}
