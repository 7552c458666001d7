import type { ContainerStatus, Pod } from 'kubernetes-types/core/v1.d.ts';
import type { Manifest, Observed, Report } from '../component.ts';
import { crash } from './pod-crash.ts';
import type { Trouble } from '../trouble.ts';

/** So long may a pod wait for room: volumes are bound and nodes are added meanwhile. */
const patienceForRoom = 120_000;

/** The first trouble of these pods, the one that a person can act upon before others; of all containers, or one. */
export function podTrouble(
  pods: readonly Manifest[],
  seen: Pick<Observed, 'now' | 'remarks'>,
  container?: string,
): Trouble | undefined {
  const found = pods
    .map((pod) => pod as Manifest & Pod)
    .filter((pod) => pod.metadata.deletionTimestamp === undefined && !isOver(pod))
    .flatMap((pod) => troubles(pod, seen, container));
  return found.find(({ stalled }) => stalled) ?? found[0];
}

/** What a component says of itself when its pods are in trouble. */
export function troubleReport({ reason, message, stalled, recheckAt }: Trouble): Report {
  return {
    ready: { status: stalled ? 'False' : 'Unknown', reason, message },
    ...(stalled ? { stalled } : {}),
    ...(recheckAt === undefined ? {} : { recheckAt }),
  };
}

export function podsOf(seen: Pick<Observed, 'pods'>, labels: Readonly<Record<string, string>>): Manifest[] {
  return seen.pods.filter(({ metadata }) =>
    Object.entries(labels).every(([label, value]) => metadata.labels?.[label] === value),
  );
}

/** Done, or given up and replaced by another. */
function isOver({ status }: Pod): boolean {
  return status?.phase === 'Succeeded' || status?.phase === 'Failed';
}

function troubles(
  pod: Manifest & Pod,
  seen: Pick<Observed, 'now' | 'remarks'>,
  container?: string,
): Trouble[] {
  const { initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {};
  const statuses = [...initContainerStatuses, ...containerStatuses];
  const found = statuses
    .filter(({ name }) => container === undefined || name === container)
    .flatMap((status) => waiting(status, pod) ?? crash(status, pod, seen) ?? []);
  const room = noRoom(pod, seen.now);
  return room === undefined ? found : [...found, room];
}

function waiting(status: ContainerStatus, { spec }: Pod): Trouble | undefined {
  const { reason = '', message = '' } = status.state?.waiting ?? {};
  if (pullReasons.has(reason)) {
    const words = `The image ${status.image} of the container ${status.name} cannot be pulled.`;
    const secrets = spec?.imagePullSecrets?.flatMap(({ name = '' }) => name) ?? [];
    const advice = pullAdvice(reason, message, secrets);
    return { reason: 'ImagePullFailed', message: `${words} ${advice}`, stalled: true };
  }
  if (configurationReasons.has(reason)) {
    const words = `The container ${status.name} cannot be made: ${configurationFault(message)}.`;
    return { reason: 'ConfigurationRejected', message: words, stalled: true };
  }
  return undefined;
}

const pullReasons: ReadonlySet<string> = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'RegistryUnavailable',
  'ImageInspectError',
  'SignatureValidationFailed',
]);

/** The kubelet's own words alternate between attempts; only the kind of error is taken from them where it lasts. */
function pullAdvice(reason: string, message: string, secrets: readonly string[]): string {
  if (reason === 'InvalidImageName') return 'The name is not one of an image: correct it.';
  if (reason === 'ErrImageNeverPull') return 'Its node holds no such image and may not pull it.';
  if (/no such host|connection refused|timeout/i.test(message))
    return 'Its registry cannot be reached, or its name is wrong.';
  const isRefused = /unauthorized|authentication required|denied|forbidden/i.test(message);
  if (isRefused && secrets.length > 0) {
    return `Its registry refuses: correct the image, or see that the credentials are right and there, in ${named(secrets)}.`;
  }
  if (isRefused) {
    return 'Its registry refuses: correct the image, or name the credentials in spec.imagePullSecrets.';
  }
  if (/not found|manifest unknown/i.test(message)) return 'Its registry does not have it: correct the image.';
  return 'Correct the image, or name the credentials of its registry in spec.imagePullSecrets.';
}

/** A pull secret that does not exist is told nowhere in the pod: the kubelet pulls without it. */
function named(secrets: readonly string[]): string {
  return secrets.map((name) => `the Secret ${name}`).join(' or ');
}

const configurationReasons: ReadonlySet<string> = new Set([
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
  'PreCreateHookError',
]);

/** The kubelet's message, without the names of pods in it. */
function configurationFault(message: string): string {
  const missing = /(secret|configmap) "([^"]+)" not found/i.exec(message);
  if (missing) return `the ${kindOf(missing[1])} ${missing[2]} does not exist`;
  const key = /couldn't find key (\S+) in (Secret|ConfigMap) [^/]+\/(\S+)/i.exec(message);
  if (key) return `the ${kindOf(key[2])} ${key[3]} has no key ${key[1]}`;
  if (/non-numeric user/.test(message))
    return 'its image names its user by a word; build it with a number, such as USER 10001';
  if (/run as root/.test(message))
    return 'its image runs as root; build it with another user, such as USER 10001';
  if (/executable file not found|no such file or directory/.test(message))
    return 'its command is not in the image';
  if (/permission denied/.test(message)) return 'its command may not be run by the user of the image';
  return 'kubectl describe pod says why';
}

function kindOf(word: string | undefined): string {
  return word?.toLowerCase() === 'secret' ? 'Secret' : 'ConfigMap';
}

function noRoom(pod: Manifest & Pod, now: Date): Trouble | undefined {
  const condition = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled');
  if (condition?.status !== 'False' || condition.reason !== 'Unschedulable') return undefined;
  const patientUntil = new Date(
    Date.parse(condition.lastTransitionTime ?? now.toISOString()) + patienceForRoom,
  );
  const trouble: Trouble = {
    reason: 'Unschedulable',
    message: `No node takes the pod: ${obstacles(condition.message ?? '')}.`,
    stalled: now >= patientUntil,
  };
  return trouble.stalled ? trouble : { ...trouble, recheckAt: patientUntil };
}

/** The scheduler counts nodes, and the counts change; the kinds of obstacles stay. */
function obstacles(message: string): string {
  const known = [
    ...new Set(
      [...message.matchAll(/Insufficient ([a-z-]+)/g)].map(([, resource]) => `not enough ${resource}`),
    ),
    ...(/persistentvolumeclaim|PersistentVolumeClaim|volume/.test(message)
      ? ['its volume is not available there']
      : []),
    ...(/taint/.test(message) ? ['nodes are set aside for others'] : []),
    ...(/Too many pods/.test(message) ? ['too many pods'] : []),
  ];
  return known.length === 0 ? 'kubectl describe pod says why' : known.sort().join(', ');
}
