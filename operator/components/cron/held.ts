import type { Observed, Released, Site } from '../component.ts';
import { isInstalled } from '../live.ts';

/** No run begins while the site is suspended, before there is an application to run it in, or beside the command of a release. */
export function isHeld(site: Site, seen: Observed, { command }: Pick<Released, 'command'>): boolean {
  return site.suspend || command?.holdsCron === true || !isInstalled(site, seen);
}
