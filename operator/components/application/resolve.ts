import type { Site } from '../component.ts';
import { releaseDefaults } from './spec.ts';
import type { ReleaseSpec } from './spec.ts';

export function resolve({ release }: { release?: ReleaseSpec }): Pick<Site, 'release'> {
  return release === undefined ? {} : { release: { ...releaseDefaults, ...release } };
}
