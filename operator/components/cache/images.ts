import type { PartImages } from '../declaration.ts';

export const images = {
  varnish: { variable: 'IMAGE_VARNISH', is: 'the image of the cache' },
} as const satisfies PartImages;
