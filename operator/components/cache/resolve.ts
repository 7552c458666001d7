import { seconds } from '../../api/duration.ts';
import type { Site, Sources } from '../component.ts';
import { cacheDefaults } from './spec.ts';
import type { CacheSpec } from './spec.ts';

export function resolve(
  { cache = {} }: { cache?: CacheSpec },
  { size, images }: Sources,
): Pick<Site, 'cache'> {
  const { ttl, grace, maxTTL, ...written } = cache;
  return {
    cache: {
      image: images.varnish,
      mode: cacheDefaults.mode,
      memory: size.cache.memory,
      keepCookies: cacheDefaults.keepCookies,
      ignoreCookies: cacheDefaults.ignoreCookies,
      ignoreQueryParameters: cacheDefaults.ignoreQueryParameters,
      passPaths: cacheDefaults.passPaths,
      ...written,
      ttlSeconds: seconds(ttl ?? cacheDefaults.ttl),
      graceSeconds: seconds(grace ?? cacheDefaults.grace),
      maxTTLSeconds: seconds(maxTTL ?? cacheDefaults.maxTTL),
    },
  };
}
