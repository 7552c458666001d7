import type { Observed, Site } from '../component.ts';
import { isInstalled } from '../live.ts';

/** No run begins while the site is suspended, or before there is an application to run it in. */
export function isHeld(site: Site, seen: Observed): boolean {
  return site.suspend || !isInstalled(site, seen);
}
