import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Api, Refused } from './api.ts';
import type { KubernetesObject } from './children.ts';

/**
 * The rest of a cluster as far as an operator looks at it: claims are bound, a Deployment has its pod, and workloads
 * report what their spec wants as ready, one moment after it was written. A program of its own, so that it does not hold
 * up the bench's clock.
 *
 * Not kwok: that plays nodes and pods, and needs the controllers of workloads and a scheduler in front of it, which would
 * take a share of the machine that is measured. An operator looks at the status of what it wrote: some patches.
 *
 *   node bench/world.ts SERVER ACCOUNT-DIRECTORY
 */

type Status = Record<string, unknown>;

interface Container {
  name: string;
  image: string;
}

interface PodSpec {
  initContainers?: readonly Container[];
  containers: readonly Container[];
}

const revisionLabel = 'hostedsite.dev/revision';
/** Deployment → its pod's name. */
const pods = new Map<string, string>();
const lanes = 8;
const waiting: (() => Promise<unknown>)[] = [];
let busy = 0;

const [server = '', account = ''] = process.argv.slice(2);
const read = (file: string): string => readFileSync(join(account, file), 'utf8');
const api = new Api({ server, authority: read('ca.crt'), token: read('token') });

const statusOf: Readonly<Record<string, (object: KubernetesObject) => Status>> = {
  PersistentVolumeClaim: ({ spec }) => {
    const { accessModes, resources } = spec as { accessModes: string[]; resources: { requests: object } };
    return { phase: 'Bound', accessModes, capacity: resources.requests };
  },
  Deployment: (object) => ({ ...replicated(object), updatedReplicas: wanted(object) }),
  StatefulSet: (object) => ({ ...replicated(object), updatedReplicas: wanted(object) }),
};

await Promise.all(
  Object.entries(statusOf).map(([kind, status]) => {
    return api.watch(kind, (type, object) => {
      if (type !== 'DELETED') report({ ...object, kind }, status(object));
    }).ready;
  }),
);
console.log('ready');

function report(object: KubernetesObject, status: Status): void {
  const { phase, observedGeneration } = (object['status'] ?? {}) as {
    phase?: string;
    observedGeneration?: number;
  };
  const isReported =
    status['phase'] === undefined ? observedGeneration === generation(object) : phase === 'Bound';
  if (isReported) return;
  waiting.push(async () => {
    if (object.kind === 'Deployment') await replacePod(object);
    await api.patch(object, { status }, '/status');
  });
  work().catch((error: unknown) => {
    throw error;
  });
}

/** At most so many at once: who asks for more is sent away by the API server. */
async function work(): Promise<void> {
  if (busy >= lanes) return;
  busy += 1;
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    await next().catch((error: unknown) => {
      // Deleted meanwhile.
      if (!(error instanceof Refused && error.status === 404)) throw error;
    });
  }
  busy -= 1;
}

/** One pod of a Deployment's present template instead of the one before, whatever its replicas: the bench's sites have one. */
async function replacePod({ metadata: { namespace, name }, spec }: KubernetesObject): Promise<void> {
  const { template } = spec as { template: { metadata: { labels: Record<string, string> }; spec: PodSpec } };
  const id = `${namespace}/${name}`;
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      namespace: namespace ?? '',
      name: `${template.metadata.labels[revisionLabel]}-0`,
      labels: template.metadata.labels,
    },
    spec: template.spec,
  };
  const before = pods.get(id);
  if (before === pod.metadata.name) return;
  pods.set(id, pod.metadata.name);
  await api.create(pod);
  await api.patch(pod, { status: running(template.spec) }, '/status');
  if (before !== undefined) await api.remove('Pod', namespace ?? '', `${before}?gracePeriodSeconds=0`);
}

function running({ initContainers = [], containers }: PodSpec): Status {
  const statuses = (all: readonly Container[]): Status[] =>
    all.map(({ name, image }) => ({
      name,
      image,
      imageID: image,
      ready: true,
      started: true,
      restartCount: 0,
    }));
  return {
    phase: 'Running',
    conditions: [{ type: 'Ready', status: 'True' }],
    initContainerStatuses: statuses(initContainers),
    containerStatuses: statuses(containers),
  };
}

function replicated(object: KubernetesObject): Status {
  const replicas = wanted(object);
  return {
    observedGeneration: generation(object),
    replicas,
    readyReplicas: replicas,
    availableReplicas: replicas,
  };
}

function wanted({ spec }: KubernetesObject): number {
  return (spec as { replicas: number }).replicas;
}

function generation({ metadata }: KubernetesObject): unknown {
  return metadata['generation'];
}
