import * as z from 'zod';

/** What one word of `spec.size` means for every part of a site. */
const quantity = z.string().regex(/^[0-9]+([.][0-9]+)?(m|Ki|Mi|Gi|Ti)?$/);
const resources = z.strictObject({
  requests: z.record(z.enum(['cpu', 'memory', 'ephemeral-storage']), quantity),
  limits: z.record(z.enum(['cpu', 'memory', 'ephemeral-storage']), quantity),
});
const databaseResources = z.strictObject({
  requests: z.strictObject({ cpu: quantity, memory: quantity }),
  limits: z.strictObject({ cpu: quantity, memory: quantity }),
});
const size = z.strictObject({
  /** Serving pods of a site whose files do not bind it to one pod. */
  replicas: z.int().min(1),
  web: z.strictObject({ resources }),
  cache: z.strictObject({ memory: quantity }),
  objectCache: z.strictObject({ memory: quantity }),
  database: z.strictObject({ resources: databaseResources, storage: quantity }),
  files: z.strictObject({ size: quantity }),
});

export const sizeTable = z.strictObject({ Small: size, Medium: size, Large: size });

export type SizeTable = z.output<typeof sizeTable>;
export type SizeName = keyof SizeTable;
export type Size = SizeTable[SizeName];

/**
 * The table of an operator that is given none. Ephemeral storage covers the scratch volume (1Gi by default) and logs.
 * The database's memory request leaves it at least half of its limit on a full node.
 */
export const defaultSizes: SizeTable = {
  Small: {
    replicas: 1,
    web: {
      resources: {
        requests: { cpu: '100m', memory: '128Mi', 'ephemeral-storage': '64Mi' },
        limits: { cpu: '1', memory: '512Mi', 'ephemeral-storage': '2Gi' },
      },
    },
    cache: { memory: '64Mi' },
    objectCache: { memory: '64Mi' },
    database: {
      resources: { requests: { cpu: '100m', memory: '256Mi' }, limits: { cpu: '1', memory: '512Mi' } },
      storage: '2Gi',
    },
    files: { size: '1Gi' },
  },
  Medium: {
    replicas: 2,
    web: {
      resources: {
        requests: { cpu: '250m', memory: '256Mi', 'ephemeral-storage': '64Mi' },
        limits: { cpu: '2', memory: '1Gi', 'ephemeral-storage': '2Gi' },
      },
    },
    cache: { memory: '256Mi' },
    objectCache: { memory: '256Mi' },
    database: {
      resources: { requests: { cpu: '250m', memory: '512Mi' }, limits: { cpu: '2', memory: '1Gi' } },
      storage: '10Gi',
    },
    files: { size: '10Gi' },
  },
  Large: {
    replicas: 3,
    web: {
      resources: {
        requests: { cpu: '500m', memory: '512Mi', 'ephemeral-storage': '64Mi' },
        limits: { cpu: '4', memory: '2Gi', 'ephemeral-storage': '2Gi' },
      },
    },
    cache: { memory: '1Gi' },
    objectCache: { memory: '1Gi' },
    database: {
      resources: { requests: { cpu: '500m', memory: '2Gi' }, limits: { cpu: '4', memory: '4Gi' } },
      storage: '50Gi',
    },
    files: { size: '50Gi' },
  },
};
