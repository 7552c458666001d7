import type { Site, Sources } from '../component.ts';
import type { ObjectCacheSpec } from './spec.ts';

export function resolve(
  { objectCache }: { objectCache?: ObjectCacheSpec },
  { size, images }: Sources,
): Pick<Site, 'objectCache'> {
  if (objectCache === undefined) return {};
  return { objectCache: { image: images.objectCache, memory: size.objectCache.memory, ...objectCache } };
}
