import type { HostedSite, HostedSiteStatus } from '../../kinds/hosted-site/hosted-site.ts';
import { sameContent } from '../../objects/hash.ts';
import type { Observed } from '../../releases/observed.ts';
import type { SiteContext } from '../context.ts';
import { tell } from '../status/journal.ts';
import { milestone } from '../status/milestones.ts';
import { Conflict, NotFound } from '../../kube/errors.ts';
import { siteKey } from '../site-key.ts';
import { isOver, nextAt, stillUneven } from './expiry.ts';
import type { Expiry } from './expiry.ts';

/** How long until a site is looked at again whose time is over by one thing that is known and not by another, in milliseconds. */
const again = 60_000;

/**
 * Deletes a site whose time is over, with what it owns, and says 'deleted'; else when to look again. Its status must have said so before
 * this pass, and say so still. Then three are asked, because nothing brings a site back: the operator's clock, whether it goes
 * evenly; the API server, what the site is now; and its clock. What is written in the meantime is a Conflict.
 */
export async function expire(
  { site }: Observed,
  { expiry }: HostedSiteStatus,
  context: SiteContext,
): Promise<'deleted' | Date | undefined> {
  if (expiry === undefined) return undefined;
  announce(site, expiry, context);
  const now = context.now();
  const next = nextAt(expiry, site);
  if (next > now) return next;
  const later = new Date(now.getTime() + again);
  if (!sameContent(expiry, site.status?.expiry) || !isOver(site, now)) return later;
  const uneven = stillUneven(site, context.evenFor());
  if (uneven > 0) return new Date(now.getTime() + uneven);
  return deletedWhenOver(site, later, context);
}

/** Whoever should have seen it go hears that it did not, whatever was wrong. */
async function deletedWhenOver(
  site: HostedSite,
  later: Date,
  context: SiteContext,
): Promise<'deleted' | Date> {
  try {
    return (await isOverLive(site, context)) ? await deleted(site, context) : later;
  } catch (error) {
    if (!(error instanceof Conflict || error instanceof NotFound))
      tell([milestone('ExpiryFailed')], { site }, context);
    throw error;
  }
}

/** Once in each process, and not before the status has it: an Event may be lost, and who misses it loses the site. */
function announce(site: HostedSite, { time, noticeTime }: Expiry, context: SiteContext): void {
  const key = siteKey(site.metadata.namespace, site.metadata.name);
  if (noticeTime === undefined || noticeTime !== site.status?.expiry?.noticeTime) return;
  const end = `${site.metadata.uid} ${time}`;
  if (context.notices.get(key) === end) return;
  context.notices.set(key, end);
  tell([milestone('ExpiresSoon', `It ends at ${time}.`)], { site }, context);
}

async function isOverLive(site: HostedSite, context: SiteContext): Promise<boolean> {
  const { namespace, name, uid, resourceVersion } = site.metadata;
  const live = (await context.cluster.read('HostedSite', namespace, name)) as HostedSite | undefined;
  if (live?.metadata.uid !== uid || live.metadata.resourceVersion !== resourceVersion) return false;
  const at = await serverTime(live, context);
  if (isOver(live, at)) return true;
  const data = { site: `${namespace}/${name}`, at: at.getTime() };
  context.log.warn('site kept: by the clock of the API server it has time left', data);
  return false;
}

/** What the API server takes for now: of an object that it is only asked about it says when it would have been made. */
async function serverTime(
  { metadata: { uid } }: HostedSite,
  { cluster, operatorNamespace: namespace }: SiteContext,
): Promise<Date> {
  const asked = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `time-${uid}`, namespace } };
  const { metadata } = await cluster.create(asked, { dryRun: true });
  return new Date(metadata.creationTimestamp ?? NaN);
}

/** Of the very version that was looked at. */
async function deleted(site: HostedSite, context: SiteContext): Promise<'deleted'> {
  const { namespace, name, uid, resourceVersion = '' } = site.metadata;
  const options = { uid, resourceVersion, propagationPolicy: 'Background' } as const;
  await context.cluster.delete({ kind: 'HostedSite', namespace, name }, options);
  context.log.info('site expired', { site: `${namespace}/${name}`, ttl: site.spec.ttl });
  tell([milestone('Expired')], { site }, context);
  return 'deleted';
}
