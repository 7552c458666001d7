/** A file that decides or computes and touches nothing else, and the specs that hold it. */
export interface Room {
  readonly file: string;
  readonly specs: readonly string[];
}

const reconcile = 'operator/reconcile';

/**
 * What `make soak` plants defects into, at every place. A file joins the list when each defect of it that its specs let
 * through is either seen by a new assertion or has its reason in `survivors.ts`.
 */
export const rooms: readonly Room[] = [
  { file: `${reconcile}/difference.ts`, specs: [`${reconcile}/difference.spec.ts`] },
  { file: `${reconcile}/outcome.ts`, specs: [`${reconcile}/outcome.spec.ts`] },
  {
    file: `${reconcile}/ownership.ts`,
    specs: [`${reconcile}/ownership.spec.ts`, `${reconcile}/adoption.spec.ts`],
  },
  { file: `${reconcile}/progress.ts`, specs: [`${reconcile}/progress.spec.ts`] },
  { file: `${reconcile}/rollout.ts`, specs: [`${reconcile}/rollout.spec.ts`] },
  { file: 'operator/kube/work-queue.ts', specs: ['operator/kube/work-queue.spec.ts'] },
];
