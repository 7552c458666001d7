import type { PartImages } from '../declaration.ts';

export const images = {
  mariadb: { is: 'the image of the database', change: 'restarts the databases at once' },
} as const satisfies PartImages;
