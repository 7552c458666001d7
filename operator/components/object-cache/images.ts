import type { PartImages } from '../declaration.ts';

export const images = {
  objectCache: { variable: 'IMAGE_OBJECT_CACHE', is: 'the image of the object cache' },
} as const satisfies PartImages;
