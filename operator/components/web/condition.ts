import type { PartCondition } from '../condition.ts';

export const condition = {
  type: 'WebReady',
  means: 'Every replica of the application runs the wanted release and is available.',
  counts: 'in-ready',
} as const satisfies PartCondition;

export const reasons = {
  MountPathTaken:
    "A mountPath of spec.files or spec.web.configFiles is somebody else's place, or would hide the application: write another one, as the message says.",
  ProgressDeadlineExceeded:
    'The release made no progress within spec.rollout.progressDeadlineSeconds: correct it, or go back to the last good image.',
  RolledBack:
    'The release was not ready within spec.rollout.progressDeadlineSeconds, and the last good one runs again: correct the spec; the message says why it failed.',
} as const;
