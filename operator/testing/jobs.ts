import type { Job, JobCondition, JobStatus } from 'kubernetes-types/batch/v1.d.ts';
import type { Pod } from 'kubernetes-types/core/v1.d.ts';
import type { Manifest } from '../kube/manifest.ts';

/** As the API server has them. */
export type LiveJob = Manifest & Job;
export type LivePod = Manifest & Pod;

/** Kept on a pod until its Job has counted how it ended. */
export const tracking = 'batch.kubernetes.io/job-tracking';

/** What the Job controller of Kubernetes does next, one thing at a time. */
export type JobAct =
  | { readonly is: 'make'; readonly pod: Manifest }
  | { readonly is: 'delete'; readonly pod: LivePod }
  /** Takes its finalizer off the pod, which is counted or nobody's. */
  | { readonly is: 'release'; readonly pod: LivePod }
  | { readonly is: 'tell'; readonly status: JobStatus }
  /** Nothing until then. */
  | { readonly is: 'wait'; readonly until: Date };

/**
 * What happens next to a Job of one completion and its pods, its own by UID; undefined for nothing. As in Kubernetes 1.36 with
 * `podReplacementPolicy: Failed`: another pod is made only when none is left that has not ended, and the last condition is
 * told when all have.
 */
export function nextOfJob(job: LiveJob, pods: readonly LivePod[], now: Date): JobAct | undefined {
  const own = pods.filter((pod) => isOf(pod, job));
  if (isEnding(job)) return undefined;
  if (has(job, 'Complete') || has(job, 'Failed')) return released(own);
  if (job.spec?.suspend === true) return suspended(own);
  return begun(job, now) ?? counted(job, own) ?? ended(job, own, now) ?? made(job, own);
}

/** What happens to a pod whose Job is gone: the garbage collector takes it, and nobody counts it any more. */
export function nextOfOrphan(pod: LivePod): JobAct | undefined {
  if (!isEnding(pod)) return { is: 'delete', pod };
  return isTracked(pod) ? { is: 'release', pod } : undefined;
}

export function isOf(pod: Manifest, { metadata: { uid } }: Manifest): boolean {
  return (
    pod.metadata.ownerReferences?.some((owner) => owner.controller === true && owner.uid === uid) === true
  );
}

export function isOver({ status: { phase } = {} }: Pod): boolean {
  return phase === 'Succeeded' || phase === 'Failed';
}

export function has({ status }: Job, expected: string): boolean {
  return (
    status?.conditions?.some(({ type, status: holds }) => type === expected && holds === 'True') === true
  );
}

function isTracked({ metadata: { finalizers = [] } }: LivePod): boolean {
  return finalizers.includes(tracking);
}

function released(own: readonly LivePod[]): JobAct | undefined {
  const pod = own.find(isTracked);
  return pod && { is: 'release', pod };
}

/** Its pods are forgotten first and then deleted: they never count as failed. */
function suspended(own: readonly LivePod[]): JobAct | undefined {
  const pod = own.find((one) => !isOver(one) && !isEnding(one));
  return pod === undefined ? released(own) : forgotten(pod);
}

function forgotten(pod: LivePod): JobAct {
  return { is: isTracked(pod) ? 'release' : 'delete', pod };
}

function isEnding({ metadata }: Manifest): boolean {
  return metadata.deletionTimestamp !== undefined;
}

function begun({ status }: LiveJob, now: Date): JobAct | undefined {
  const isBegun = status?.startTime !== undefined;
  return isBegun ? undefined : { is: 'tell', status: { ...status, startTime: seconds(now) } };
}

/** How a pod ended is counted first, and then its finalizer is taken. */
function counted({ status = {} }: LiveJob, own: readonly LivePod[]): JobAct | undefined {
  const pod = own.find((one) => isOver(one) && isTracked(one));
  if (pod === undefined) return undefined;
  const { uid = '' } = pod.metadata;
  const { succeeded, failed } = { succeeded: [], failed: [], ...status.uncountedTerminatedPods };
  if ([...succeeded, ...failed].includes(uid)) return { is: 'release', pod };
  const count = pod.status?.phase === 'Succeeded' ? 'succeeded' : 'failed';
  const uncountedTerminatedPods = { succeeded, failed, [count]: [...{ succeeded, failed }[count], uid] };
  return { is: 'tell', status: { ...status, [count]: (status[count] ?? 0) + 1, uncountedTerminatedPods } };
}

/** First what it comes to (`FailureTarget`), then the end of every pod, then the end of the Job. */
function ended(job: LiveJob, own: readonly LivePod[], now: Date): JobAct | undefined {
  const target = targetOf(job, now);
  if (target === undefined) return undefined;
  const { status = {} } = job;
  if (!has(job, target.type)) return tell(status, target, now);
  const left = own.filter((one) => !isOver(one));
  const pod = left.find((one) => !isEnding(one)) ?? left.find(isTracked);
  if (pod !== undefined) return { is: isEnding(pod) ? 'release' : 'delete', pod };
  if (left.length > 0) return undefined;
  const type = target.type === 'FailureTarget' ? 'Failed' : 'Complete';
  const last = { ...status, ...(type === 'Complete' ? { completionTime: seconds(now) } : {}) };
  return tell(last, { ...target, type }, now);
}

type Target = Pick<JobCondition, 'type' | 'reason' | 'message'>;

/** What is decided is not decided anew. A deadline comes before a success. */
function targetOf(job: LiveJob, now: Date): Target | undefined {
  const known = job.status?.conditions?.find(
    ({ type }) => type === 'FailureTarget' || type === 'SuccessCriteriaMet',
  );
  return known ?? failure(job, now) ?? success(job);
}

function failure(job: LiveJob, now: Date): Target | undefined {
  const type = 'FailureTarget';
  if ((job.status?.failed ?? 0) > (job.spec?.backoffLimit ?? 6)) {
    const message = 'Job has reached the specified backoff limit';
    return { type, reason: 'BackoffLimitExceeded', message };
  }
  const end = deadlineOf(job);
  const message = 'Job was active longer than specified deadline';
  return end !== undefined && end <= now ? { type, reason: 'DeadlineExceeded', message } : undefined;
}

function success({ status }: LiveJob): Target | undefined {
  const message = 'Reached expected number of succeeded pods';
  if ((status?.succeeded ?? 0) === 0) return undefined;
  return { type: 'SuccessCriteriaMet', reason: 'CompletionsReached', message };
}

function deadlineOf({ spec, status }: LiveJob): Date | undefined {
  const { activeDeadlineSeconds } = spec ?? {};
  if (activeDeadlineSeconds === undefined || status?.startTime === undefined) return undefined;
  return new Date(Date.parse(status.startTime) + activeDeadlineSeconds * 1000);
}

function tell(status: JobStatus, condition: Target, now: Date): JobAct {
  const time = seconds(now);
  const whole = { ...condition, status: 'True', lastProbeTime: time, lastTransitionTime: time };
  return { is: 'tell', status: { ...status, conditions: [...(status.conditions ?? []), whole] } };
}

function made(job: LiveJob, own: readonly LivePod[]): JobAct | undefined {
  return surplus(own) ?? replaced(job, own) ?? waiting(job);
}

/** Of two pods the one that is on no node goes, else the younger. */
function surplus(own: readonly LivePod[]): JobAct | undefined {
  const active = own.filter((one) => !isOver(one) && !isEnding(one));
  if (active.length < 2) return undefined;
  const pod = active.find(({ spec }) => spec?.nodeName === undefined) ?? active.at(-1);
  return pod && forgotten(pod);
}

/** A pod that vanished without having been counted is replaced, as in Kubernetes: the Job alone does not run once. */
function replaced(job: LiveJob, own: readonly LivePod[]): JobAct | undefined {
  if (own.some((one) => !isOver(one))) return undefined;
  return { is: 'make', pod: podOf(job) };
}

function waiting(job: LiveJob): JobAct | undefined {
  const until = deadlineOf(job);
  return until && { is: 'wait', until };
}

/** A pod as its Job makes it; its name is completed by who stores it. */
function podOf({ metadata: { name, namespace = '', uid = '' }, spec }: LiveJob): Manifest {
  const { metadata: { labels, annotations = {} } = {}, spec: podSpec = {} } = spec?.template ?? {};
  const tracked = {
    'batch.kubernetes.io/controller-uid': uid,
    'batch.kubernetes.io/job-name': name,
    'controller-uid': uid,
    'job-name': name,
  };
  const owner = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    name,
    uid,
    controller: true,
    blockOwnerDeletion: true,
  };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${name}-`,
      namespace,
      labels: { ...labels, ...tracked },
      annotations,
      finalizers: [tracking],
      ownerReferences: [owner],
    },
    spec: podSpec,
    status: { phase: 'Pending' },
  };
}

/** RFC 3339, whole seconds. */
export function seconds(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, 'Z');
}
