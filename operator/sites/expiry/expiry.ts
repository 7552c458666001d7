import { seconds } from '../../api/duration.ts';
import { specDefaults } from '../../kinds/hosted-site/hosted-site.ts';
import type { HostedSite, HostedSiteStatus } from '../../kinds/hosted-site/hosted-site.ts';
import type { Manifest } from '../../components/component.ts';
import type { Observed } from '../../releases/observed.ts';

export type Expiry = NonNullable<HostedSiteStatus['expiry']>;

const minute = 60_000;
/** How long before its end a site is told of it, in milliseconds; with a shorter ttl, that. */
const notice = 60 * minute;
/** How long the clock must have gone evenly before a site is deleted by it, in milliseconds; with a shorter ttl, that. */
const evenly = 10 * minute;

/**
 * What is to be told of the end of a site: first when it is, and so long before it that it is near. From then on it stays told, and the
 * end is never nearer than that notice, whatever else is written: a ttl that is over as soon as it is written, or was while nobody
 * looked, gives the notice all the same. A release makes it a new time, and nothing is told while the site is suspended.
 * `desired` is the revision that the spec asks for, as soon as it does: nobody loses a site because its image is still being pulled.
 */
export function expiry(seen: Observed, desired: string | undefined): Expiry | undefined {
  const { site, now } = seen;
  const ttl = timeToLive(site);
  const counted = countedFrom(seen, desired);
  if (ttl === undefined || counted === undefined) return undefined;
  const end = new Date(counted.at.getTime() + ttl);
  const length = Math.min(notice, ttl);
  const { since, revision } = { since: timestamp(counted.at), revision: counted.revision };
  const told = { since, ...(revision === undefined ? {} : { revision }) };
  if (now.getTime() < end.getTime() - length) return { time: timestamp(end), ...told };
  const noticed = past(site.status?.expiry?.noticeTime, now) ?? now;
  const time = new Date(Math.max(end.getTime(), noticed.getTime() + length));
  return { time: timestamp(time), ...told, noticeTime: timestamp(noticed) };
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

/**
 * The beginning of a release is remembered when it is told: a site that goes back to one that it had has no object that is new. Where
 * nothing was told, or the clock was wrong then, the API server's time of the newest one is known.
 */
function countedFrom(
  seen: Observed,
  desired: string | undefined,
): { at: Date; revision: string | undefined } | undefined {
  const { site, owned } = seen;
  const revision = desired ?? site.status?.expiry?.revision;
  const made = owned.filter((one) => isReleaseOf(one, site)).map(({ metadata }) => madeAt(metadata) || 0);
  const at = Math.max(madeAt(site.metadata), remembered(revision, seen), ...made);
  return Number.isNaN(at) ? undefined : { at: new Date(at), revision };
}

/** When this revision began as far as that was told, or now where it was not the one that was told of. */
function remembered(revision: string | undefined, { site, now }: Observed): number {
  const before = site.status?.expiry;
  if (before === undefined) return 0;
  const isNew = before.revision !== revision;
  return isNew ? now.getTime() : (past(before.since, now)?.getTime() ?? 0);
}

function isReleaseOf({ kind, metadata: { ownerReferences } }: Manifest, { metadata }: HostedSite): boolean {
  return kind === 'ControllerRevision' && ownerReferences?.some(({ uid }) => uid === metadata.uid) === true;
}

/** NaN of what has no such time. */
function madeAt({ creationTimestamp = '' }: { creationTimestamp?: string }): number {
  return Date.parse(creationTimestamp);
}

/** What is of the future was told by a clock that was wrong. */
function past(time: string | undefined, now: Date): Date | undefined {
  const at = Date.parse(time ?? '');
  return at <= now.getTime() ? new Date(at) : undefined;
}

/** As Kubernetes writes times. */
export function timestamp(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, 'Z');
}
