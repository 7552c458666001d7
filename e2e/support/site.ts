import { before } from 'mocha';
import { ensureOperator } from '../operator.ts';
import { apply, eventually, kubectl, request } from './cluster.ts';

let installed: Promise<void> | undefined;

/** To be called in a `describe`: its stories find this checkout's operator running. Installed once for all of them. */
export function operator(): void {
  before(async function () {
    this.timeout(600_000);
    installed ??= ensureOperator();
    await installed;
  });
}

export interface Condition {
  type: string;
  status: string;
  reason: string;
  message: string;
  observedGeneration: number;
}

interface ReleaseObject {
  image: string;
  digest?: string;
  revision: string;
}

export interface SiteObject {
  metadata: {
    name: string;
    generation: number;
    uid: string;
    resourceVersion: string;
    deletionTimestamp?: string;
  };
  spec: Record<string, unknown>;
  status?: {
    observedGeneration?: number;
    conditions?: Condition[];
    replicas?: number;
    selector?: string;
    urls?: string[];
    release?: {
      desired?: ReleaseObject;
      running?: ReleaseObject;
      outcome?: string;
      message?: string;
      command?: {
        phase: string;
        revision: string;
        reason?: string;
        exitCode?: number;
        message?: string;
        logs?: string;
      };
    };
    database?: { primary?: string };
    expiry?: { time: string; since: string; noticeTime?: string };
    cron?: { name: string; lastStart?: string; lastSuccess?: string; missed: number }[];
  };
}

/** A HostedSite as a person writes it. */
export function hostedSite(name: string, spec: Record<string, unknown>): object {
  return { apiVersion: 'hostedsite.dev/v1alpha1', kind: 'HostedSite', metadata: { name }, spec };
}

export async function site(namespace: string, name: string): Promise<SiteObject> {
  return JSON.parse(await kubectl(['get', 'hostedsite', name, '-n', namespace, '-o', 'json'])) as SiteObject;
}

/** What a pipeline does: apply, then `kubectl wait`. */
export async function applyAndWait(namespace: string, object: object, seconds = 150): Promise<void> {
  await apply(namespace, object);
  const name = (object as { metadata: { name: string } }).metadata.name;
  await wait(namespace, name, 'Ready', seconds);
}

/** Ready does not say that the ingress controller has heard of a new host: that takes it a moment more. */
export async function takenUp(host: string): Promise<void> {
  await eventually('the ingress has taken the site up', 20, async () =>
    (await request(host, '/version')).status === 200 ? true : undefined,
  );
}

export async function wait(namespace: string, name: string, condition: string, seconds = 150): Promise<void> {
  await kubectl([
    'wait',
    '-n',
    namespace,
    `--for=condition=${condition}`,
    `--timeout=${seconds}s`,
    `hostedsite/${name}`,
  ]);
}

export function condition(object: SiteObject, type: string): Condition | undefined {
  return object.status?.conditions?.find((candidate) => candidate.type === type);
}

/** Waits until the site is Stalled for this reason about the newest generation, and returns the sentence. */
export async function stalledFor(
  namespace: string,
  name: string,
  reason: string,
  seconds = 30,
): Promise<string> {
  let last: Condition | undefined;
  try {
    return await eventually(`${name} is Stalled for ${reason}`, seconds, async () => {
      const object = await site(namespace, name);
      last = condition(object, 'Stalled');
      const isNew = last?.observedGeneration === object.metadata.generation;
      return isNew && last?.status === 'True' && last.reason === reason ? last.message : undefined;
    });
  } catch (error) {
    throw new Error(`${String(error)}; Stalled is ${JSON.stringify(last)}`, { cause: error });
  }
}

interface Child {
  name: string;
  resourceVersion: string;
  generation?: number;
  ownerReferences?: { kind: string }[];
}

/** Name → resourceVersion of everything that the operator made for the site. */
export async function children(namespace: string, name: string): Promise<Map<string, string>> {
  const kinds =
    'deployments,statefulsets,services,serviceaccounts,configmaps,ingresses,networkpolicies,pvc,secrets,' +
    'controllerrevisions,cronjobs,jobs,horizontalpodautoscalers,poddisruptionbudgets';
  const selector = `app.kubernetes.io/managed-by=hostedsite,app.kubernetes.io/instance=${name}`;
  const text = await kubectl(['get', kinds, '-n', namespace, '-l', selector, '-o', 'json']);
  const { items } = JSON.parse(text) as {
    items: { kind: string; metadata: Child }[];
  };
  // The runs of cron jobs come and go by the clock, and Kubernetes tells of each in the status of its CronJob.
  const isRun = ({ ownerReferences = [] }: Child): boolean =>
    ownerReferences.some(({ kind }) => kind === 'CronJob');
  const lasting = items.filter(({ metadata }) => !isRun(metadata));
  return new Map(
    lasting.map(({ kind, metadata: { name: own, resourceVersion, generation } }) => [
      `${kind}/${own}`,
      kind === 'CronJob' ? String(generation) : resourceVersion,
    ]),
  );
}
