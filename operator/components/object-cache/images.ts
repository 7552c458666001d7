import type { PartImages } from '../declaration.ts';

export const images = {
  objectCache: { is: 'the image of the object cache', change: 'empties the object caches at once' },
} as const satisfies PartImages;
