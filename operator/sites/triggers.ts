import { isDeepStrictEqual } from 'node:util';
import type { KindChange } from '../kube/watch/cache.ts';
import type { Lookup, Wake } from '../kube/loop/loop.ts';
import type { Priority } from '../kube/turns.ts';
import { without } from '../kube/without.ts';
import { componentOf } from '../objects/labels.ts';
import { commandComponent } from '../releases/command/attempt.ts';
import { siteKeys } from './observe.ts';
import { siteKeyOf, taskPods } from './site-key.ts';
import type { SiteKey } from './site-key.ts';

/** Which sites a change concerns. Calm are our own writes, and what becomes of workloads; not the pod of a command, which waits for us. */
export function triggers(change: KindChange, lookup: Lookup): Wake[] {
  if (change.kind === 'StorageClass' || change.kind === 'IngressClass') return everySite(lookup);
  if (isMeasured(change) || isOwnStatus(change)) return [];
  const keys = [keyFor(change.object), change.before === undefined ? undefined : keyFor(change.before)];
  const priority = lookup.initial ? 'resync' : priorityOf(change);
  const canWait = priority === 'drift' && isNews(change);
  return [...new Set(keys)].flatMap((key) => (key === undefined ? [] : [{ key, priority, canWait }]));
}

/** A task's pod is no part of the site, which may wait for its end. */
function keyFor(object: KindChange['object']): SiteKey | undefined {
  return siteKeyOf(object) ?? taskPods.of(object);
}

/** What concerns all sites; while the caches are filling each of them is looked at anyway. */
export function everySite({ cluster, initial }: Lookup): Wake[] {
  if (initial) return [];
  return siteKeys(cluster).map((key) => ({ key, priority: 'resync', canWait: false }));
}

/** An autoscaler writes every 15 s what it has measured: a site depends only on whether it can scale. */
function isMeasured({ kind, type, own = false, object, before }: KindChange): boolean {
  if (kind !== 'HorizontalPodAutoscaler' || type !== 'updated' || own || before === undefined) return false;
  const isAsWritten = isDeepStrictEqual(asWritten(object), asWritten(before));
  return isAsWritten && isDeepStrictEqual(abilities(object), abilities(before));
}

/** Whether it can scale, and if not, why. What it does when it can comes and goes with the load, and so does ScalingLimited. */
function abilities({ status }: KindChange['object']): string[] {
  const { conditions = [] } = (status ?? {}) as { conditions?: AutoscalerCondition[] };
  return conditions
    .filter(({ type }) => type === 'AbleToScale' || type === 'ScalingActive')
    .map((one) => `${one.type} ${one.status === 'True' ? one.status : one.reason}`)
    .sort();
}

interface AutoscalerCondition {
  type: string;
  status: string;
  reason: string;
}

/** What we tell of a site asks for nothing, unless somebody has written at the same time. */
function isOwnStatus({ kind, type, own = false, object, before }: KindChange): boolean {
  if (kind !== 'HostedSite' || type !== 'updated' || !own || before === undefined) return false;
  return isDeepStrictEqual(asWritten(object), asWritten(before));
}

function asWritten({ metadata, ...rest }: KindChange['object']): unknown {
  return { ...without(rest, 'status'), metadata: without(metadata, 'resourceVersion', 'generation') };
}

function isNews({ kind, type, own = false, object, before }: KindChange): boolean {
  if (kind === 'Pod' && componentOf(object) === commandComponent) return false;
  if (own || kind === 'Pod') return true;
  if (type !== 'updated') return false;
  // Where a change of what is wanted counts up, everything else is status.
  const { generation } = object.metadata;
  return (
    kind === 'PersistentVolumeClaim' ||
    (generation !== undefined && generation === before?.metadata.generation)
  );
}

function priorityOf({ kind, type, object, before }: KindChange): Priority {
  if (kind !== 'HostedSite' || type === 'deleted') return 'drift';
  if (before === undefined) return 'user';
  return asked(object) === asked(before) && sameMarks(object, before) ? 'drift' : 'user';
}

function asked({ metadata }: KindChange['object']): string {
  return `${metadata.generation ?? 0} ${metadata.deletionTimestamp ?? ''}`;
}

function sameMarks(a: KindChange['object'], b: KindChange['object']): boolean {
  return (
    isDeepStrictEqual(a.metadata.annotations, b.metadata.annotations) &&
    isDeepStrictEqual(a.metadata.labels, b.metadata.labels)
  );
}
