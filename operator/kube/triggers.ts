import { isDeepStrictEqual } from 'node:util';
import type { KindChange } from './cache.ts';
import { siteKeyOf } from './cluster.ts';
import type { SiteKey } from './cluster.ts';
import { without } from './without.ts';
import type { Priority } from './turns.ts';

export interface Trigger {
  key: SiteKey;
  priority: Priority;
  /** Not something to be repaired but news, of which more will come: our own writes, what becomes of workloads. */
  calm: boolean;
}

/**
 * Which sites a change concerns. `initial` says that the caches are still filling: then nobody has changed anything,
 * and a person's change that comes meanwhile goes first.
 */
export function triggers(change: KindChange, initial: boolean, sites: () => readonly SiteKey[]): Trigger[] {
  if (change.kind === 'StorageClass' || change.kind === 'IngressClass') {
    return initial ? [] : sites().map((key) => ({ key, priority: 'resync', calm: false }));
  }
  if (isMeasured(change) || isOwnStatus(change)) return [];
  const keys = [siteKeyOf(change.object), change.before === undefined ? undefined : siteKeyOf(change.before)];
  const priority = initial ? 'resync' : priorityOf(change);
  const calm = priority === 'drift' && isNews(change);
  return [...new Set(keys)].flatMap((key) => (key === undefined ? [] : [{ key, priority, calm }]));
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
