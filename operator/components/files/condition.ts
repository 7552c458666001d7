import type { PartCondition } from '../condition.ts';

export const condition = {
  type: 'FilesReady',
  means: 'The volume of uploaded files is there.',
  counts: 'in-ready',
  neededByPods: true,
} as const satisfies PartCondition;

export const reasons = {
  AccessModeConflict:
    'Two or more replicas cannot share a ReadWriteOnce volume: write replicas 1 (autoscaling.maxReplicas 1, no boost), or make a site with files.accessMode ReadWriteMany.',
} as const;
