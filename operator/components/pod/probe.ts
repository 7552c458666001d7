import type {
  Container,
  ContainerStateTerminated,
  ContainerStatus,
  Pod,
  Probe,
} from 'kubernetes-types/core/v1.d.ts';
import type { Manifest, Observed, Remark } from '../component.ts';

/** What the kubelet asks a container while it starts, over HTTP. */
export interface Question {
  path: string;
  port: string;
  /** Milliseconds from its start within which it has to answer. */
  patience: number;
  /** Milliseconds within which the kubelet has ended it when it did not. */
  longest: number;
}

/** Of the template or the pod that has this container. */
export function questionOf(container: Partial<Container> | undefined, grace = 30): Question | undefined {
  const {
    httpGet,
    periodSeconds = 10,
    failureThreshold = 3,
    timeoutSeconds = 1,
  } = container?.startupProbe ?? {};
  if (httpGet === undefined) return undefined;
  const each = Math.max(periodSeconds, timeoutSeconds);
  return {
    path: httpGet.path ?? '/',
    port: portOf(httpGet, container),
    patience: periodSeconds * failureThreshold * 1000,
    longest: (each * failureThreshold + grace + timeoutSeconds) * 1000,
  };
}

function portOf({ port }: NonNullable<Probe['httpGet']>, container: Partial<Container> | undefined): string {
  const named = container?.ports?.find(({ name }) => name === port);
  return String(named?.containerPort ?? port);
}

/** The first probe comes up to a second after the start, and times are told in whole seconds. */
const slack = 2_000;

/**
 * Whether the kubelet ended it because its startup probe had no answer. It says so in Events only; but whoever ends just when the
 * time to start is over, and was never ready, was ended for that, with whatever code.
 */
export function probeKilled(status: ContainerStatus, pod: Manifest): Question | undefined {
  const { terminated: end = status.lastState?.terminated } = status.state ?? {};
  if (status.ready || end === undefined || end.reason === 'OOMKilled') return undefined;
  const question = questionTo(status, pod);
  return question !== undefined && isWhenOver(end, question) ? question : undefined;
}

function questionTo({ name }: ContainerStatus, pod: Manifest): Question | undefined {
  const { spec } = pod as Manifest & Pod;
  const container = spec?.containers.find((one) => one.name === name);
  return questionOf(container, spec?.terminationGracePeriodSeconds);
}

function isWhenOver(
  { startedAt = '', finishedAt = '' }: ContainerStateTerminated,
  { patience, longest }: Question,
): boolean {
  const ran = Date.parse(finishedAt) - Date.parse(startedAt);
  return ran >= patience - slack && ran <= longest;
}

/** Milliseconds after its start from which on it is worth asking why an application does not answer. */
const shortStart = 30_000;

/** Since when the kubelet asks a container that runs, and has no answer yet; undefined where it has had one. */
export function unansweredSince(status: ContainerStatus, pod: Manifest): Date | undefined {
  const at = status.state?.running?.startedAt;
  if (questionTo(status, pod) === undefined || at === undefined || status.started !== false) return undefined;
  return new Date(Date.parse(at) + shortStart);
}

/** `GET /health on port 3000 with 2xx or 3xx` */
export function asked({ path, port }: Question): string {
  return `GET ${path} on port ${port} with 2xx or 3xx`;
}

/** What came back last, in words of ours; undefined where nobody said so in words that are known. */
export function answer(
  { remarks }: Pick<Observed, 'remarks'>,
  pods: readonly Manifest[],
  container: string,
): string | undefined {
  const last = pods
    .flatMap(({ metadata: { uid = '' } }) => remarks.get(uid) ?? [])
    .filter(
      ({ message, field }) => message.startsWith('Startup probe failed') && field.endsWith(`{${container}}`),
    )
    .sort((a, b) => b.at - a.at)[0];
  return last === undefined ? undefined : kindOf(last);
}

function kindOf({ message }: Remark): string | undefined {
  const code = /HTTP probe failed with statuscode: ([1-5][0-9]{2})$/.exec(message.trim())?.[1];
  if (code !== undefined) return `its last answer was ${code}`;
  return kinds.find(([pattern]) => pattern.test(message))?.[1];
}

const kinds: readonly (readonly [RegExp, string])[] = [
  [/connection refused/, 'nothing listens there'],
  [/context deadline exceeded|Client\.Timeout|i\/o timeout/, 'no answer came in time'],
  [/malformed HTTP|HTTP response to HTTPS|tls:/, 'what came back was no plain HTTP'],
  [/EOF|connection reset/, 'the connection was closed without an answer'],
];
