import type { ContainerStateTerminated, ContainerStatus } from 'kubernetes-types/core/v1.d.ts';
import type { Manifest, Observed } from '../component.ts';
import { answer, asked, probeKilled } from './probe.ts';
import type { Trouble } from '../trouble.ts';

/** Two ends may be a start that came too early; the third is a habit. */
const habit = 2;
/** After so long a run the kubelet forgets earlier ends: the container did come up. */
const goodRun = 600_000;

/**
 * A container that ends again and again. Between its ends it waits or runs, and both look innocent for a moment:
 * the verdict stays the same until the container is ready.
 */
export function crash(
  status: ContainerStatus,
  pod: Manifest,
  seen: Pick<Observed, 'remarks'>,
): Trouble | undefined {
  const { name, ready, restartCount, state, lastState } = status;
  const unanswered = unansweredProbe(status, pod, seen);
  if (unanswered !== undefined) return unanswered;
  const end = state?.terminated ?? lastState?.terminated;
  if (ready || end === undefined || restartCount < habit || ranWell(end)) return undefined;
  return {
    reason: 'ContainerCrashing',
    message: `The container ${name} ${manner(end)} again and again. kubectl logs --previous shows its last words.`,
    stalled: true,
  };
}

/** Its code and its last words would mislead: it was stopped. */
function unansweredProbe(
  status: ContainerStatus,
  pod: Manifest,
  seen: Pick<Observed, 'remarks'>,
): Trouble | undefined {
  const question = probeKilled(status, pod);
  if (question === undefined) return undefined;
  const back = answer(seen, [pod], status.name);
  const message =
    `The container ${status.name} did not answer ${asked(question)} within ${question.patience / 1000} seconds of its start${back === undefined ? '' : ` (${back})`}, ` +
    'and is stopped and started again. It must listen on all addresses: correct it, web.port or web.healthPath; or raise web.startupSeconds.';
  return { reason: 'ContainerCrashing', message, stalled: true };
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
