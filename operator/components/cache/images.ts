import type { PartImages } from '../declaration.ts';

export const images = {
  varnish: { is: 'the image of the cache', change: "takes effect with a site's next release" },
} as const satisfies PartImages;
