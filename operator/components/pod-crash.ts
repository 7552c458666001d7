import type { ContainerStateTerminated, ContainerStatus } from 'kubernetes-types/core/v1.d.ts';
import type { Trouble } from './trouble.ts';

/** Two ends may be a start that came too early; the third is a habit. */
const habit = 2;
/** After so long a run the kubelet forgets earlier ends: the container did come up. */
const goodRun = 600_000;

/**
 * A container that ends again and again. Between its ends it waits or runs, and both look innocent for a moment:
 * the verdict stays the same until the container is ready.
 */
export function crash(status: ContainerStatus): Trouble | undefined {
  const { name, ready, restartCount, state, lastState } = status;
  const end = state?.terminated ?? lastState?.terminated;
  if (ready || end === undefined || restartCount < habit || ranWell(end)) return undefined;
  return {
    reason: 'ContainerCrashing',
    message: `The container ${name} ${manner(end)} again and again. kubectl logs --previous shows its last words.`,
    stalled: true,
  };
}

function ranWell({ startedAt, finishedAt }: ContainerStateTerminated): boolean {
  return Date.parse(finishedAt ?? '') - Date.parse(startedAt ?? '') >= goodRun;
}

/** How a container ended, as the end of a sentence. */
export function manner({ exitCode, reason }: ContainerStateTerminated): string {
  if (reason === 'OOMKilled') return 'is killed for using more memory than its limit';
  if (reason === 'StartError' || reason === 'ContainerCannotRun') return 'cannot be started with its command';
  return `ends with code ${exitCode}`;
}
