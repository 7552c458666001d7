import { duration } from '../../api/duration.ts';
import type { Site } from '../component.ts';
import type { CacheSpec } from './spec.ts';
import { resources } from './varnish.ts';

/** Lists without a default. */
export const hidden = ['cache.keepCookies', 'cache.ignoreCookies', 'cache.passPaths'];

export function effective({ cache }: Site, { cache: written }: { cache?: CacheSpec }): { cache: CacheSpec } {
  const { mode, memory, ttlSeconds, graceSeconds, maxTTLSeconds, ignoreQueryParameters } = cache;
  return {
    cache: {
      mode,
      memory,
      resources: resources(cache),
      ttl: duration(ttlSeconds),
      grace: duration(graceSeconds),
      maxTTL: duration(maxTTLSeconds),
      ...(written?.ignoreQueryParameters === undefined
        ? { ignoreQueryParameters: [...ignoreQueryParameters] }
        : {}),
    },
  };
}
