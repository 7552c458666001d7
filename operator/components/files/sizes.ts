import * as z from 'zod';
import { quantity } from '../declaration.ts';
import type { PartSizes } from '../declaration.ts';

export const sizes = {
  field: 'files',
  row: z.strictObject({ size: quantity }),
  Small: { size: '1Gi' },
  Medium: { size: '10Gi' },
  Large: { size: '50Gi' },
} as const satisfies PartSizes;
