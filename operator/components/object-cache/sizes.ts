import * as z from 'zod';
import { quantity } from '../declaration.ts';
import type { PartSizes } from '../declaration.ts';

export const sizes = {
  field: 'objectCache',
  row: z.strictObject({ memory: quantity }),
  Small: { memory: '64Mi' },
  Medium: { memory: '256Mi' },
  Large: { memory: '1Gi' },
} as const satisfies PartSizes;
