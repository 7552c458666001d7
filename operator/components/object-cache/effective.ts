import type { Site } from '../component.ts';
import { resources } from './deployment.ts';
import type { ObjectCacheSpec } from './spec.ts';

export function effective({ objectCache }: Site): { objectCache?: ObjectCacheSpec } {
  if (objectCache === undefined) return {};
  const { engine, memory } = objectCache;
  return { objectCache: { engine, memory, resources: resources(objectCache) } };
}
