/** A file that decides or computes and touches nothing else, and the specs that hold it. */
export interface Room {
  readonly file: string;
  readonly specs: readonly string[];
}

/**
 * What `make soak` plants defects into, at every place. A file joins the list when each defect of it that its specs let
 * through is either seen by a new assertion or has its reason in `survivors.ts`.
 */
export const rooms: readonly Room[] = [
  { file: 'operator/objects/difference.ts', specs: ['operator/objects/difference.spec.ts'] },
  { file: 'operator/sites/status/outcome.ts', specs: ['operator/sites/status/outcome.spec.ts'] },
  {
    file: 'operator/sites/data/ownership.ts',
    specs: ['operator/sites/data/ownership.spec.ts', 'operator/sites/data/adoption.spec.ts'],
  },
  { file: 'operator/sites/status/progress.ts', specs: ['operator/sites/status/progress.spec.ts'] },
  { file: 'operator/releases/rollout.ts', specs: ['operator/releases/rollout.spec.ts'] },
  { file: 'operator/kube/loop/work-queue.ts', specs: ['operator/kube/loop/work-queue.spec.ts'] },
];
