import type { ContainerStateTerminated, Pod } from 'kubernetes-types/core/v1.d.ts';
import type { Manifest } from '../kube/manifest.ts';
import { container } from './job.ts';

/** Whether the container of a command runs or has run; its node may have taken the pod long before. */
export function hasBegun(pod: Manifest): boolean {
  const { state = {}, lastState = {} } = statusOf(pod) ?? {};
  return [state.running, state.terminated, lastState.terminated].some((one) => one !== undefined);
}

/** When a command that runs began. */
export function begunAt(pod: Manifest): string | undefined {
  return statusOf(pod)?.state?.running?.startedAt;
}

/**
 * Whether a pod that has ended never had its container, which waited for its image or a volume. The kubelet says of such a one that it
 * does not find it again, as it does of one that ran and is lost.
 */
export function wasNeverMade(pod: Manifest): boolean {
  const found = statusOf(pod);
  if (found === undefined || (found.containerID ?? '') !== '' || found.restartCount > 0) return false;
  const { state = {}, lastState = {} } = found;
  return lastState.terminated === undefined && (state.waiting !== undefined || isUnknown(state.terminated));
}

function isUnknown(end: ContainerStateTerminated | undefined): boolean {
  return end?.reason === 'ContainerStatusUnknown' && !(Date.parse(end.startedAt ?? '') > 0);
}

function statusOf(pod: Manifest) {
  return (pod as Manifest & Pod).status?.containerStatuses?.find(({ name }) => name === container);
}
