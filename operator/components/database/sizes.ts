import * as z from 'zod';
import { quantity } from '../declaration.ts';
import type { PartSizes } from '../declaration.ts';

const amounts = z.strictObject({ cpu: quantity, memory: quantity });

/** The memory request leaves the server at least half of its limit on a full node. */
export const sizes = {
  field: 'database',
  row: z.strictObject({
    resources: z.strictObject({ requests: amounts, limits: amounts }),
    storage: quantity,
  }),
  Small: {
    resources: { requests: { cpu: '100m', memory: '256Mi' }, limits: { cpu: '1', memory: '512Mi' } },
    storage: '2Gi',
  },
  Medium: {
    resources: { requests: { cpu: '250m', memory: '512Mi' }, limits: { cpu: '2', memory: '1Gi' } },
    storage: '10Gi',
  },
  Large: {
    resources: { requests: { cpu: '500m', memory: '2Gi' }, limits: { cpu: '4', memory: '4Gi' } },
    storage: '50Gi',
  },
} as const satisfies PartSizes;
