import { seconds } from '../../api/duration.ts';
import { specDefaults } from '../../kinds/hosted-site/hosted-site.ts';
import type { HostedSite, HostedSiteStatus } from '../../kinds/hosted-site/hosted-site.ts';
import type { Manifest } from '../../components/component.ts';
import type { Observed } from '../../releases/observed.ts';
import { restartOf } from '../../releases/restart.ts';

export type Expiry = NonNullable<HostedSiteStatus['expiry']>;

const minute = 60_000;
/** How long before its end a site is told of it, in milliseconds; with a shorter ttl, that. */
const notice = 60 * minute;
/** How long the clock must have gone evenly before a site is deleted by it, in milliseconds; with a shorter ttl, that. */
const evenly = 10 * minute;
/** How far clocks of nodes may differ, in milliseconds. */
const differ = 5 * minute;
/** After so long a notice is told anew, in milliseconds: whatever kept the site, it was not what had been told. */
const longAgo = 2 * notice;

/**
 * What is to be told of the end of a site: first when it is, and so long before it that it is near. From then on it stays told, and the
 * end is never nearer than that notice: a ttl that was over while nobody looked gives the notice all the same. Whoever changes the
 * site gives it its whole ttl anew, and nothing is told while it is suspended. It hangs on no more than the site itself: a pass that
 * fails says the same.
 */
export function expiry(seen: Pick<Observed, 'site' | 'owned' | 'now'>): Expiry | undefined {
  const { site, now } = seen;
  const ttl = timeToLive(site);
  const since = countedFrom(seen);
  if (ttl === undefined || since === undefined) return undefined;
  const told = { since: timestamp(since), restart: restartOfSite(site) };
  const end = new Date(Date.parse(told.since) + ttl);
  const length = Math.min(notice, ttl);
  const near = new Date(end.getTime() - length);
  if (now < near) return { time: timestamp(end), ...told };
  const noticed = noticeSince(near, seen) ?? now;
  const time = new Date(Math.max(end.getTime(), noticed.getTime() + length));
  return { time: timestamp(time), ...told, noticeTime: timestamp(noticed) };
}

/**
 * When the notice of this end was told. One of the future was told by a clock that was wrong, one of long ago by an operator that was
 * away since: that is told anew.
 */
function noticeSince(near: Date, { site, now }: Pick<Observed, 'site' | 'now'>): Date | undefined {
  const at = new Date(site.status?.expiry?.noticeTime ?? '');
  return near <= at && at <= now && now.getTime() < at.getTime() + longAgo ? at : undefined;
}

/**
 * Whether what a site says of itself is that its time is over: its spec as it is now, the whole notice told, and what goes with it. `now`
 * is by whichever clock is asked.
 */
export function isOver(site: HostedSite, now: Date): boolean {
  const { expiry: told, observedGeneration, deletionPolicy } = site.status ?? {};
  const { generation, deletionTimestamp } = site.metadata;
  const ttl = timeToLive(site);
  if (ttl === undefined || told === undefined || deletionTimestamp !== undefined) return false;
  if (deletionPolicy !== 'Delete' || observedGeneration !== generation) return false;
  const noticed = Date.parse(told.noticeTime ?? '');
  return Date.parse(told.time) <= now.getTime() && noticed + Math.min(notice, ttl) <= now.getTime();
}

/** How much longer the clock must go evenly, in milliseconds, after it has done so for `evenFor`: 0 when it may be gone by. */
export function stillUneven(site: HostedSite, evenFor: number): number {
  return Math.max(0, Math.min(evenly, timeToLive(site) ?? 0) - evenFor);
}

/** When there is something to tell or to do, by what is told. */
export function nextAt({ time, noticeTime }: Expiry, site: HostedSite): Date {
  const end = Date.parse(time);
  return new Date(noticeTime === undefined ? end - Math.min(notice, timeToLive(site) ?? 0) : end);
}

/** Milliseconds; undefined where a site is kept, whatever else its spec says. */
function timeToLive({ spec }: HostedSite): number | undefined {
  const {
    ttl,
    deletionPolicy,
    environment = specDefaults.environment,
    suspend = specDefaults.suspend,
  } = spec;
  if (ttl === undefined || deletionPolicy !== 'Delete' || environment === 'Production' || suspend)
    return undefined;
  return seconds(ttl) * 1000;
}

/** Creation, the last change, or the newest release, whichever is latest. */
function countedFrom(seen: Pick<Observed, 'site' | 'owned' | 'now'>): Date | undefined {
  const { site, owned } = seen;
  const releases = owned.filter((one) => isReleaseOf(one, site)).map(({ metadata }) => madeAt(metadata) || 0);
  const at = Math.max(madeAt(site.metadata), changedAt(seen), ...releases);
  return Number.isNaN(at) ? undefined : new Date(at);
}

/**
 * When somebody last changed what the site is to be: now, where the status has not told of it yet, or told of a time that lies in the
 * future by more than clocks differ. Nobody loses a site because a clock was wrong.
 */
function changedAt({ site, now }: Pick<Observed, 'site' | 'now'>): number {
  const { generation } = site.metadata;
  const { observedGeneration = 1, expiry: before } = site.status ?? {};
  if (observedGeneration !== generation) return now.getTime();
  if (before === undefined) return 0;
  if (before.restart !== restartOfSite(site)) return now.getTime();
  const at = Date.parse(before.since);
  return at <= now.getTime() + differ ? at : now.getTime();
}

/** Empty without one: a field that is left out would stay as somebody else wrote it. */
function restartOfSite(site: HostedSite): string {
  return restartOf({ site }) ?? '';
}

function isReleaseOf({ kind, metadata: { ownerReferences } }: Manifest, { metadata }: HostedSite): boolean {
  return kind === 'ControllerRevision' && ownerReferences?.some(({ uid }) => uid === metadata.uid) === true;
}

/** NaN of what has no such time. */
function madeAt({ creationTimestamp = '' }: { creationTimestamp?: string }): number {
  return Date.parse(creationTimestamp);
}

/** As Kubernetes writes times. */
export function timestamp(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, 'Z');
}
