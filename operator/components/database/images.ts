import type { PartImages } from '../declaration.ts';

export const images = {
  mariadb: { variable: 'IMAGE_MARIADB', is: 'the image of the database' },
} as const satisfies PartImages;
