import { createHash } from 'node:crypto';
import type { ContainerStatus, EnvVar, Pod, PodStatus, Volume } from 'kubernetes-types/core/v1.d.ts';
import type { Manifest } from '../../operator/components/component.ts';
import { nextOfPod } from '../../operator/testing/job-pods.ts';
import type { PodAct } from '../../operator/testing/job-pods.ts';

/** A pod as the API server has it. */
export type LivePod = Manifest & Pod;

/** What a pod names and cannot start without. */
export interface Need {
  readonly kind: 'Secret' | 'ConfigMap' | 'PersistentVolumeClaim';
  readonly name: string;
}

/** An image of this form does not exist in any registry. */
const isBad = (image: string | undefined): boolean => /bad/.test(image ?? '');

/**
 * The status that a kubelet would bring a pod to, all at once; undefined when it has it. `missing` is what there is not
 * of its needs: a Secret or ConfigMap keeps containers from being made, a claim keeps the pod from a node.
 */
export function podStatus(pod: LivePod, missing: readonly Need[], now: Date): PodStatus | undefined {
  if (pod.metadata.deletionTimestamp !== undefined || isOver(pod)) return undefined;
  const time = timeOf(now);
  const wanted = startError(pod, time) ?? status(pod, missing, time);
  return stateOf(wanted) === stateOf(pod.status ?? {}) ? undefined : wanted;
}

/**
 * What happens next to a pod that runs a command. It comes to a node only when its gates are gone and its claims are there, and
 * runs only when its image and all else that it names is there.
 */
export function nextOfCommand(pod: LivePod, missing: readonly Need[], now: Date): PodAct | undefined {
  const act = nextOfPod(pod, now);
  if (act?.is === 'bind')
    return missing.some(({ kind }) => kind === 'PersistentVolumeClaim') ? undefined : act;
  const isStart = act?.is === 'tell' && act.status.phase === 'Running';
  const wanted = isStart ? status(pod, missing, timeOf(now)) : undefined;
  return wanted?.phase === 'Pending' ? toldOnce(pod, wanted) : act;
}

function toldOnce({ status: before = {} }: LivePod, wanted: PodStatus): PodAct | undefined {
  return stateOf(wanted) === stateOf(before) ? undefined : { is: 'tell', status: wanted };
}

function timeOf(now: Date): string {
  return now.toISOString().replace(/\.\d+Z$/, 'Z');
}

function isOver({ status: { phase } = {} }: Pod): boolean {
  return phase === 'Succeeded' || phase === 'Failed';
}

/** What tells two statuses apart: times and addresses do not. */
function stateOf({ phase, containerStatuses = [], initContainerStatuses = [] }: PodStatus): string {
  const each = [...initContainerStatuses, ...containerStatuses].map(({ name, ready, state }) => {
    return `${name} ${ready} ${state?.waiting?.reason ?? Object.keys(state ?? {}).join()}`;
  });
  return [phase, ...each].join(', ');
}

function status(pod: LivePod, missing: readonly Need[], time: string): PodStatus {
  if (missing.some(({ kind }) => kind === 'PersistentVolumeClaim')) return { phase: 'Pending' };
  const [absent] = missing;
  const isJobs = pod.metadata.ownerReferences?.some(({ kind }) => kind === 'Job') === true;
  const judged = (container: { name: string; image?: string }): ContainerStatus =>
    containerStatus(container, { absent, ends: isJobs, time });
  const { containers = [], initContainers = [] } = pod.spec ?? {};
  const containerStatuses = containers.map(judged);
  const initContainerStatuses = initContainers.map(judged);
  const all = [...containerStatuses, ...initContainerStatuses];
  const waits = all.some(({ state }) => state?.waiting !== undefined);
  const phase = waits ? 'Pending' : isJobs ? 'Succeeded' : 'Running';
  const isReady = phase === 'Running' ? 'True' : 'False';
  const conditions = [
    { type: 'PodScheduled', status: 'True' },
    { type: 'Initialized', status: 'True' },
    { type: 'ContainersReady', status: isReady },
    { type: 'Ready', status: isReady },
  ].map((condition) => ({ ...condition, lastTransitionTime: time }));
  return {
    phase,
    startTime: time,
    conditions,
    containerStatuses,
    ...(initContainerStatuses.length === 0 ? {} : { initContainerStatuses }),
  };
}

/** A container that is made, and whose command is not in its image: the runtime tells the image's digest. */
function startError({ spec }: LivePod, time: string): PodStatus | undefined {
  const [container] = spec?.containers ?? [];
  const { name = '', image = '', command = [] } = container ?? {};
  if (command[0] !== '/hostedsite-resolves-the-image' || isBad(image)) return undefined;
  const imageID = byDigest(image);
  const terminated = { exitCode: 128, reason: 'StartError', startedAt: time, finishedAt: time };
  const own = { name, image, imageID, ready: false, restartCount: 0, lastState: {}, state: { terminated } };
  return { phase: 'Failed', startTime: time, containerStatuses: [own] };
}

/** In the registry of this world a tag never moves. */
export function byDigest(image: string): string {
  const digest = createHash('sha256').update(image).digest('hex');
  return `${image.replace(/:[^:/]*$/, '')}@sha256:${digest}`;
}

interface Circumstances {
  absent: Need | undefined;
  /** The container runs to its end. */
  ends: boolean;
  /** RFC 3339, whole seconds. */
  time: string;
}

function containerStatus(
  { name, image = '' }: { name: string; image?: string },
  { absent, ends, time }: Circumstances,
): ContainerStatus {
  const base = { name, image, imageID: '', restartCount: 0, lastState: {} };
  const waiting = isBad(image) ? pullError(image) : absent && configurationError(absent);
  if (waiting !== undefined) return { ...base, ready: false, started: false, state: { waiting } };
  const done = { exitCode: 0, reason: 'Completed', startedAt: time, finishedAt: time };
  if (ends) return { ...base, ready: false, started: false, state: { terminated: done } };
  return { ...base, ready: true, started: true, state: { running: { startedAt: time } } };
}

function pullError(image: string): { reason: string; message: string } {
  return { reason: 'ErrImagePull', message: `failed to pull and unpack image "${image}": not found` };
}

function configurationError({ kind, name }: Need): { reason: string; message: string } {
  return { reason: 'CreateContainerConfigError', message: `${kind.toLowerCase()} "${name}" not found` };
}

/** Everything that the pod's containers and volumes name, each once. */
export function needs({ spec }: LivePod): Need[] {
  const { volumes = [], initContainers = [], containers = [] } = spec ?? {};
  const values = [...initContainers, ...containers].flatMap(({ env = [] }) => env);
  const all = [...volumes.flatMap(ofVolume), ...values.flatMap(ofValue)];
  return [...new Map(all.map((need) => [`${need.kind}/${need.name}`, need])).values()];
}

function ofVolume({ persistentVolumeClaim, configMap, secret }: Volume): Need[] {
  return [
    ...named('PersistentVolumeClaim', persistentVolumeClaim?.claimName),
    ...named('ConfigMap', configMap?.name),
    ...named('Secret', secret?.secretName),
  ];
}

function ofValue({ valueFrom }: EnvVar): Need[] {
  return [
    ...named('Secret', valueFrom?.secretKeyRef?.name),
    ...named('ConfigMap', valueFrom?.configMapKeyRef?.name),
  ];
}

function named(kind: Need['kind'], name: string | undefined): Need[] {
  return name === undefined ? [] : [{ kind, name }];
}
