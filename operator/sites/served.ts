import { routeTarget } from '../components/route-target.ts';
import { siteKey } from './site-key.ts';
import type { Observed } from '../releases/observed.ts';
import type { SiteContext } from './context.ts';

/** What was observed, with what visitors are served at the route, as far as somebody looks and has seen it. Nobody waits. */
export function withLook(seen: Observed, { looks }: Pick<SiteContext, 'looks'>): Observed {
  const { namespace, name } = seen.site.metadata;
  const key = siteKey(namespace, name);
  const target = routeTarget(seen, name);
  if (target === undefined) {
    looks?.forget(key);
    return seen;
  }
  const look = looks?.ask(key, target);
  return look === undefined ? seen : { ...seen, look };
}
