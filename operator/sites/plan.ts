import type { Kind, Manifest, Refusal, Revision, Site } from '../components/component.ts';
import type { Desired } from './desired.ts';
import { difference, isRecord } from '../objects/difference.ts';
import { appliedHashAnnotation, componentOf } from '../objects/labels.ts';
import { commandComponent } from '../releases/command/attempt.ts';
import type { Observed } from '../releases/observed.ts';
import { isNamed, nameTaken, ownership } from './data/ownership.ts';
import { mountedConfigMaps } from '../releases/revision.ts';

/** What is to be written, decided from what was seen alone. Written in this order. */
export interface Plan {
  create: readonly Creation[];
  apply: readonly Application[];
  remove: readonly Manifest[];
  /**
   * Objects of ours, or of a former site of this name, that are on their way out: written when they are gone. So are workloads
   * whose claims are among them.
   */
  leaving: readonly Desired[];
  /** Objects with the site's labels that nobody owns: nothing is written before that is cleared up. */
  orphaned: readonly Manifest[];
  refusals: readonly Refusal[];
}

export interface Creation {
  desired: Desired;
  /** An object that is already there must be ours: what needs it was written before. */
  known: boolean;
}

export interface Application {
  desired: Desired;
  /** The object as it was seen; absent when it was not. */
  live?: Manifest;
  /** The first difference, in words. */
  because: string;
}

export interface PlanInput {
  site: Site;
  seen: Observed;
  objects: readonly Desired[];
  /** Revisions that stay, the running one included. */
  retained: readonly Revision[];
  /** Every kind that a component declares, enabled or not. */
  kinds: ReadonlySet<Kind>;
  /** What stays all the same. */
  spares?: (object: Manifest) => boolean;
}

export function plan(input: PlanInput): Plan {
  const { site, seen, objects } = input;
  const items = objects.map((desired) => facts(desired, site, seen));
  const held = items.filter((item) => awaitsClaim(item, items)).map(({ desired }) => desired);
  const free = items.filter(({ desired }) => !held.includes(desired));
  const apply = free.filter(({ desired }) => desired.write === 'apply').flatMap(application);
  return {
    create: creations({ ...input, objects: free.map(({ desired }) => desired) }, apply),
    apply,
    remove: seen.owned.filter((object) => isSuperfluous(object, input) && input.spares?.(object) !== true),
    leaving: [...items.filter(isLeaving).map(({ desired }) => desired), ...held],
    orphaned: items.flatMap((item) =>
      item.whose === 'orphaned' && item.live && !isLeaving(item) ? [item.live] : [],
    ),
    refusals: items
      .filter(isForeign)
      .map(({ desired: { object } }) => nameTaken(object.kind, object.metadata.name)),
  };
}

interface Facts {
  desired: Desired;
  live?: Manifest;
  whose?: ReturnType<typeof ownership>;
}

function facts(desired: Desired, site: Site, seen: Observed): Facts {
  const live = find(seen, desired.object);
  return live ? { desired, live, whose: ownership(live.metadata, desired.lifetime, site) } : { desired };
}

function find({ owned }: Observed, { kind, metadata }: Manifest): Manifest | undefined {
  return owned.find((object) => object.kind === kind && object.metadata.name === metadata.name);
}

function isForeign({ whose }: Facts): boolean {
  return whose === 'foreign';
}

function isLeaving({ live, whose }: Facts): boolean {
  if (whose === 'former') return true;
  return live?.metadata.deletionTimestamp !== undefined && (whose === 'ours' || whose === 'orphaned');
}

/**
 * A claim of a deleted site goes when the last pod that uses it has gone. What is made before that would mount it, and be left
 * without a volume.
 */
function awaitsClaim({ desired, live }: Facts, items: readonly Facts[]): boolean {
  if (live !== undefined || !workloads.has(desired.object.kind)) return false;
  const claims = items.filter(
    (item) => item.desired.object.kind === 'PersistentVolumeClaim' && isLeaving(item),
  );
  if (claims.length === 0) return false;
  const text = JSON.stringify(desired.object['spec']);
  return claims.some((claim) =>
    text.includes(`"claimName":${JSON.stringify(claim.desired.object.metadata.name)}`),
  );
}

function application(item: Facts): Application[] {
  const { desired, live } = item;
  if (live === undefined) return [{ desired, because: 'it is not there' }];
  if (item.whose !== 'ours' || isLeaving(item)) return [];
  const because = reasonToApply(desired.object, live);
  return because === undefined ? [] : [{ desired, live, because }];
}

/** Objects of the caches that have every field as it was applied. They are never changed, but replaced: what was found stays so. */
const asApplied = new WeakSet<Manifest>();

/** A field that is no longer wanted shows in the hash only. */
function reasonToApply(desired: Manifest, live: Manifest): string | undefined {
  const { annotations: { [appliedHashAnnotation]: hash, ...annotations } = {}, ...metadata } =
    desired.metadata;
  const isFromSame = live.metadata.annotations?.[appliedHashAnnotation] === hash;
  if (hash !== undefined && isFromSame && asApplied.has(live)) return undefined;
  const found = difference({ ...desired, metadata: { ...metadata, annotations } }, live);
  if (found !== undefined) return found;
  const added = surplus(desired, live);
  if (added !== undefined) return added;
  if (!isFromSame) return 'it was applied from other fields';
  asApplied.add(live);
  return undefined;
}

/** Elsewhere what somebody adds may stay. What is added to a policy opens what it is there to close. */
function surplus(desired: Manifest, live: Manifest): string | undefined {
  return desired.kind === 'NetworkPolicy' ? difference(live['spec'], desired['spec'], 'spec') : undefined;
}

function creations({ site, seen, objects }: PlanInput, apply: readonly Application[]): Creation[] {
  const once = objects.filter(({ write }) => write === 'createOnce');
  const missing = once.filter(({ object }) => object.kind !== 'Secret' && find(seen, object) === undefined);
  const needs = needsOfSecrets([...missing.map((desired) => ({ desired })), ...apply], seen);
  return once
    .filter((desired) =>
      desired.object.kind === 'Secret'
        ? needs === 'all' || (needs === 'unused' && !isUsed([desired], site, seen))
        : missing.includes(desired),
    )
    .map((desired) => ({ desired, known: isKnown(desired, once, site, seen) }));
}

/**
 * Secrets cannot be seen, so a pass writes them only when one may be missing. All: before it writes a workload, for a generation
 * that no pass has finished, and when a pod waits for something that its configuration names. A release keeps the old pods until
 * the new ones serve, and those wait for what is missing: what a workload uses already is then spared.
 */
function needsOfSecrets(
  written: readonly Pick<Application, 'desired' | 'live'>[],
  seen: Observed,
): 'all' | 'unused' | 'none' {
  const workload = written.filter(({ desired }) => workloads.has(desired.object.kind));
  const released = workload.filter(isRelease);
  if (workload.length > released.length || seen.pods.some(waitsForConfiguration)) return 'all';
  if (released.length > 0) return 'unused';
  return seen.site.status?.observedGeneration === seen.site.metadata.generation ? 'none' : 'all';
}

/** Whether new pods take the place of those that serve. */
function isRelease({ desired: { object }, live }: Pick<Application, 'desired' | 'live'>): boolean {
  if (object.kind !== 'Deployment' || live === undefined) return false;
  const [template, before] = [object, live].map(({ spec }) =>
    isRecord(spec) ? spec['template'] : undefined,
  );
  return difference(template, before) !== undefined;
}

const workloads: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'Job']);

function waitsForConfiguration({ status }: Manifest): boolean {
  if (!isRecord(status)) return false;
  const statuses = [status['initContainerStatuses'], status['containerStatuses']].flat();
  return statuses.some((one) => JSON.stringify(one ?? null).includes('"CreateContainerConfigError"'));
}

/**
 * A component's Secrets come before everything else of it, and a pass stops at a name that is taken: once an object of
 * the component is there, or a workload of ours mentions one of its Secrets, the names are ours. Those that a user names, and
 * ConfigMaps of what a user writes, come at any time: of such a Secret a workload must mention that very one. What the HostedSite
 * names as the site's is.
 */
function isKnown(desired: Desired, once: readonly Desired[], site: Site, seen: Observed): boolean {
  if (isNamed(desired.object, seen.site)) return true;
  if (desired.named === true) return isUsed([desired], site, seen);
  const { component } = desired;
  const secrets = once.filter(
    (one) => one.component === component && one.object.kind === 'Secret' && one.named !== true,
  );
  const comesLater = ({ kind }: Manifest) => kind === 'Pod' || kind === 'ConfigMap';
  return (
    seen.owned.some((object) => componentOf(object) === component && !comesLater(object)) ||
    isUsed(secrets, site, seen)
  );
}

/** Whether a workload of ours mentions one of these. */
function isUsed(secrets: readonly Desired[], site: Site, { owned }: Observed): boolean {
  return owned.some((object) => {
    if (!workloads.has(object.kind) || ownership(object.metadata, 'site', site) !== 'ours') return false;
    const text = JSON.stringify(object['spec']);
    return secrets.some((secret) => text.includes(JSON.stringify(secret.object.metadata.name)));
  });
}

/**
 * Only kinds that a component declares, only objects that are owned by this very site: never a kept one. Nor the Job of a command,
 * which may be at work whatever the spec asks for now.
 */
function isSuperfluous(object: Manifest, { site, objects, retained, kinds }: PlanInput): boolean {
  const { kind, metadata } = object;
  if (!kinds.has(kind as Kind) || metadata.deletionTimestamp !== undefined) return false;
  if (!metadata.ownerReferences?.some(({ uid, controller }) => uid === site.uid && controller === true))
    return false;
  if (objects.some(({ object: { kind: k, metadata: m } }) => k === kind && m.name === metadata.name))
    return false;
  if (kind === 'Job' && componentOf(object) === commandComponent) return false;
  if (kind === 'ControllerRevision') return !retained.some(({ name }) => name === metadata.name);
  if (kind === 'ConfigMap')
    return !retained.some(({ template }) => mountedConfigMaps(template).includes(metadata.name));
  return true;
}
