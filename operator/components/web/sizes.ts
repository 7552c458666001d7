import * as z from 'zod';
import { quantity } from '../declaration.ts';
import type { PartSizes } from '../declaration.ts';

const amounts = z.record(z.enum(['cpu', 'memory', 'ephemeral-storage']), quantity);

/** Ephemeral storage covers the scratch volume (1Gi by default) and logs. */
export const sizes = {
  field: 'web',
  row: z.strictObject({ resources: z.strictObject({ requests: amounts, limits: amounts }) }),
  Small: {
    resources: {
      requests: { cpu: '100m', memory: '128Mi', 'ephemeral-storage': '64Mi' },
      limits: { cpu: '1', memory: '512Mi', 'ephemeral-storage': '2Gi' },
    },
  },
  Medium: {
    resources: {
      requests: { cpu: '250m', memory: '256Mi', 'ephemeral-storage': '64Mi' },
      limits: { cpu: '2', memory: '1Gi', 'ephemeral-storage': '2Gi' },
    },
  },
  Large: {
    resources: {
      requests: { cpu: '500m', memory: '512Mi', 'ephemeral-storage': '64Mi' },
      limits: { cpu: '4', memory: '2Gi', 'ephemeral-storage': '2Gi' },
    },
  },
} as const satisfies PartSizes;
