import type { ContainerStateTerminated, ContainerStatus, PodStatus } from 'kubernetes-types/core/v1.d.ts';
import { isOver, seconds } from './jobs.ts';
import type { LivePod } from './jobs.ts';

/** What nodes do next with a pod that runs a command. */
export type PodAct =
  | { readonly is: 'bind'; readonly node: string }
  | { readonly is: 'tell'; readonly status: PodStatus }
  /** Its end is told, and it was to go: the kubelet takes the object away. */
  | { readonly is: 'remove' }
  /** Nothing until then. */
  | { readonly is: 'wait'; readonly until: Date };

/**
 * What happens next to a pod that runs a command, when all is there that it names; undefined for nothing. One with a
 * scheduling gate comes to no node. What it runs is played by its words:
 *
 * - `exit N` ends with that code
 * - `takes N` runs for so many seconds, and ends well
 * - `hang` runs until somebody ends it, and is killed
 * - `trap-0` the same, but turns that into exit code 0
 * - everything else ends well
 */
export function nextOfPod(pod: LivePod, now: Date): PodAct | undefined {
  const isEnding = pod.metadata.deletionTimestamp !== undefined;
  if (isOver(pod)) return isEnding ? { is: 'remove' } : undefined;
  if (pod.spec?.nodeName === undefined)
    return isEnding ? { is: 'tell', status: collected(pod, now) } : bound(pod);
  if (pod.status?.phase === 'Running') return runs(pod, now);
  return isEnding ? { is: 'tell', status: over(pod, stopped, now) } : starts(pod, now);
}

function bound({ spec }: LivePod): PodAct | undefined {
  const isGated = (spec?.schedulingGates ?? []).length > 0;
  return isGated ? undefined : { is: 'bind', node: 'node' };
}

/** Whether what runs in it is played by its words: a pod of a command, not one that serves. */
export function isCommand({ metadata: { labels } }: Pick<LivePod, 'metadata'>): boolean {
  return labels?.['app.kubernetes.io/component'] === 'command';
}

function starts(pod: LivePod, now: Date): PodAct {
  const startedAt = seconds(now);
  const own = { ...base(pod), ready: true, started: true, state: { running: { startedAt } } };
  return { is: 'tell', status: { phase: 'Running', startTime: startedAt, containerStatuses: [own] } };
}

function runs(pod: LivePod, now: Date): PodAct | undefined {
  const end = terminationOf(pod, now);
  if (end !== undefined) return { is: 'tell', status: end };
  const until = [deadlineOf(pod), takenUntil(pod)]
    .filter((one) => one !== undefined)
    .sort((a, b) => +a - +b)[0];
  return until && { is: 'wait', until };
}

/** How it ends at this moment; undefined when it runs on. */
function terminationOf(pod: LivePod, now: Date): PodStatus | undefined {
  const [word = '', number] = words(pod);
  if (pod.metadata.deletionTimestamp !== undefined) return over(pod, killed(word), now);
  const deadline = deadlineOf(pod);
  if (deadline !== undefined && deadline <= now) return exceeded(pod, killed(word), now);
  if (word === 'hang' || word === 'trap-0') return undefined;
  if (word === 'exit') return over(pod, failed(Number(number)), now);
  const until = takenUntil(pod);
  return until !== undefined && until > now ? undefined : over(pod, done, now);
}

type Exit = Pick<ContainerStateTerminated, 'exitCode' | 'reason' | 'message'>;

const done: Exit = { exitCode: 0, reason: 'Completed' };
/** Ended before it had begun. */
const stopped: Exit = { exitCode: 137, reason: 'ContainerStatusUnknown' };

function failed(exitCode: number): Exit {
  const reason = exitCode === 0 ? 'Completed' : 'Error';
  return { exitCode, reason, ...(exitCode === 0 ? {} : { message: `it ends with code ${exitCode}\n` }) };
}

function killed(word: string): Exit {
  return word === 'trap-0' ? done : { exitCode: 143, reason: 'Error' };
}

function over(pod: LivePod, exit: Exit, now: Date): PodStatus {
  const { startTime = seconds(now), containerStatuses: [before] = [] } = pod.status ?? {};
  const startedAt = before?.state?.running?.startedAt ?? startTime;
  const terminated = { ...exit, startedAt, finishedAt: seconds(now) };
  const own = { ...base(pod), ready: false, started: false, state: { terminated } };
  return { phase: exit.exitCode === 0 ? 'Succeeded' : 'Failed', startTime, containerStatuses: [own] };
}

/** The pod stays Failed whatever its program makes of being told. */
function exceeded(pod: LivePod, exit: Exit, now: Date): PodStatus {
  const message = 'Pod was active on the node longer than the specified deadline';
  return { ...over(pod, exit, now), phase: 'Failed', reason: 'DeadlineExceeded', message };
}

/** Deleted before it came to a node: there is no kubelet to end it, so the collector of pods does. */
function collected({ status }: LivePod, now: Date): PodStatus {
  const disrupted = {
    type: 'DisruptionTarget',
    status: 'True',
    reason: 'DeletionByPodGC',
    message: 'PodGC: terminating pod that was never scheduled',
    lastTransitionTime: seconds(now),
  };
  return { phase: 'Failed', conditions: [...(status?.conditions ?? []), disrupted] };
}

function base({
  spec,
}: LivePod): Pick<ContainerStatus, 'name' | 'image' | 'imageID' | 'restartCount' | 'lastState'> {
  const [{ name, image } = { name: '', image: '' }] = spec?.containers ?? [];
  return { name, image: image ?? '', imageID: '', restartCount: 0, lastState: {} };
}

function words({ spec }: LivePod): readonly string[] {
  return spec?.containers[0]?.command ?? [];
}

function deadlineOf({ spec, status }: LivePod): Date | undefined {
  const { activeDeadlineSeconds } = spec ?? {};
  if (activeDeadlineSeconds === undefined || status?.startTime === undefined) return undefined;
  return new Date(Date.parse(status.startTime) + activeDeadlineSeconds * 1000);
}

function takenUntil(pod: LivePod): Date | undefined {
  const [word, number] = words(pod);
  const { startTime } = pod.status ?? {};
  if (word !== 'takes' || startTime === undefined) return undefined;
  return new Date(Date.parse(startTime) + Number(number) * 1000);
}
