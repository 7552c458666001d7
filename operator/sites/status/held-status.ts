import type { HostedSiteStatus } from '../../kinds/hosted-site/hosted-site.ts';
import { isTold } from '../carry-out.ts';
import type { Observed } from '../../releases/observed.ts';
import { mayWaitUntil } from './progress.ts';
import type { SiteKey } from '../site-key.ts';
import type { SiteContext } from '../context.ts';

/** Until when this status is not written; undefined when it is to be written now, or is told already. */
export function heldUntil(
  key: SiteKey,
  status: HostedSiteStatus,
  seen: Observed,
  heldSince: SiteContext['heldSince'],
): Date | undefined {
  const { now, site } = seen;
  const since = heldSince.get(key) ?? now;
  const until = isTold(status, seen) ? undefined : mayWaitUntil(site.status, status, { since, now });
  if (until === undefined) heldSince.delete(key);
  else heldSince.set(key, since);
  return until;
}
