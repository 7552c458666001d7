import type { Job } from 'kubernetes-types/batch/v1.d.ts';
import type { Pod, PodSchedulingGate, PodSpec } from 'kubernetes-types/core/v1.d.ts';
import type { Manifest } from '../kube/manifest.ts';

/** Of each pod of a command: it starts nowhere before its UID is recorded and this is taken away. */
export const gate = 'hostedsite.dev/run-once';

/** Name of the container that runs it: others beside it are not ours. */
export const container = 'command';

export interface CommandJob {
  name: string;
  labels: Record<string, string>;
  podLabels: Record<string, string>;
  annotations: Record<string, string>;
  spec: PodSpec;
  deadlineSeconds: number;
}

/** Seconds that the Job waits longer than its pod, whose end tells more: the Job's takes the pod away, last lines and all. */
const patience = 60;

/** A command that is told to stop has so many seconds for it. */
const terminationGracePeriodSeconds = 30;

/** So that no autoscaler of nodes ends a command for the sake of a cheaper node. */
const undisturbed = {
  'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false',
  'karpenter.sh/do-not-disrupt': 'true',
};

/**
 * A Job does not promise to run its program once: its controller may make a second pod. So each pod is made with a gate, and
 * one of them is ever let through.
 */
export function commandJob(desired: CommandJob): Manifest {
  const { name, labels, annotations, podLabels, deadlineSeconds } = desired;
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, labels, annotations },
    spec: {
      backoffLimit: 0,
      completions: 1,
      parallelism: 1,
      podReplacementPolicy: 'Failed',
      activeDeadlineSeconds: deadlineSeconds + patience,
      template: {
        metadata: { labels: podLabels, annotations: undisturbed },
        spec: podSpec(desired),
      },
    },
  } satisfies Job & Manifest;
}

function podSpec({ spec, deadlineSeconds }: CommandJob): PodSpec {
  return {
    ...spec,
    restartPolicy: 'Never',
    activeDeadlineSeconds: deadlineSeconds,
    terminationGracePeriodSeconds,
    schedulingGates: [{ name: gate }],
    containers: spec.containers.map((container) => ({
      ...container,
      terminationMessagePolicy: 'FallbackToLogsOnError',
    })),
  };
}

/** Whether our gate is still there; a pod may have others. */
export function isGated(pod: Manifest): boolean {
  return gatesOf(pod).some(({ name }) => name === gate);
}

/** The merge patch that lets this very pod start, as it was seen. A list is written whole: gates of others stay. */
export function opened(pod: Manifest): Manifest {
  const { name, namespace, uid, resourceVersion } = pod.metadata;
  const place = namespace === undefined ? {} : { namespace };
  const version = resourceVersion === undefined ? {} : { resourceVersion };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, ...place, ...(uid === undefined ? {} : { uid }), ...version },
    spec: { schedulingGates: gatesOf(pod).filter((one) => one.name !== gate) },
  };
}

function gatesOf(pod: Manifest): readonly PodSchedulingGate[] {
  return (pod as Manifest & Pod).spec?.schedulingGates ?? [];
}
