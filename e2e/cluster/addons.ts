import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { until } from './command.ts';
import type { Running } from './control-plane.ts';
import { kubectl } from './control-plane.ts';
import { imageReference, isImageName } from './images.ts';
import { definitions } from './modules.ts';

export const manifests = ['storage/storage.yaml', 'manifests/coredns.yaml', 'manifests/traefik.yaml'];
/** What only stories need. */
export const extraManifests = ['manifests/metrics-server.yaml'];
const apply = ['apply', '--server-side', '--force-conflicts', '-f', '-'];

/** Applies DNS, storage, ingress and the kinds of the Gateway API unless the cluster that was started again has the same ones already. */
export async function applyAddons(running: Running): Promise<void> {
  const [kinds, text] = [await definitions('gatewayApi'), manifests.map(manifest).join('\n---\n')];
  await onceApplied(running, 'addons', kinds + text, async () => {
    await kubectl(running, apply, kinds);
    // Objects of a kind can be named to the API server only once it serves the kind.
    await kindsServed((args) => kubectl(running, args));
    await kubectl(running, apply, text);
  });
}

/** Until every definition is served. `kubectl wait` cannot be used: it fails on one that has no conditions yet. */
export async function kindsServed(ask: (args: string[]) => Promise<string>): Promise<void> {
  await until('every kind that is defined is served', 60, async () => {
    const { items } = JSON.parse(await ask(['get', 'crd', '-o', 'json'])) as List<DefinitionFacts>;
    const isServed = ({ status }: DefinitionFacts): boolean =>
      status?.conditions?.some(({ type, status: is }) => type === 'Established' && is === 'True') === true;
    return items.every(isServed) || undefined;
  });
}

/** Applies metrics under the same condition. */
export async function applyExtras(running: Running): Promise<void> {
  const text = extraManifests.map(manifest).join('\n---\n');
  await onceApplied(running, 'extras', text, async () => {
    await kubectl(running, apply, text);
  });
}

/** Discovery waits half a minute for an aggregated API whose pod is not back yet: no kubectl apply without need. */
async function onceApplied(
  running: Running,
  name: string,
  text: string,
  work: () => Promise<void>,
): Promise<void> {
  const mark = join(running.cluster.directory, `${name}.sha256`);
  const hash = createHash('sha256').update(text).digest('hex');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === hash) return;
  await work();
  writeFileSync(mark, hash);
}

/** Waits for pods whose containers were started after this start: what etcd remembers of the last run does not count. */
export async function addonsServe(running: Running, startedAt: Date, least: number): Promise<void> {
  const query = '/api/v1/pods?labelSelector=hostedsite-cluster%3Daddon';
  await until(`nodes and the ${least} pods of the cluster's own are ready`, 120, async () => {
    const nodes = JSON.parse(await kubectl(running, ['get', '--raw', '/api/v1/nodes'])) as List<NodeFacts>;
    const pods = JSON.parse(await kubectl(running, ['get', '--raw', query])) as List<PodFacts>;
    const current = pods.items.filter((pod) => pod.metadata.deletionTimestamp === undefined);
    const ready = current.length >= least && current.every((pod) => podIsFresh(pod, startedAt));
    return ready && nodes.items.every((node) => nodeIsFresh(node, startedAt)) ? true : undefined;
  });
}

interface List<T> {
  items: T[];
}
interface DefinitionFacts {
  status?: { conditions?: { type: string; status: string }[] | null };
}
interface NodeFacts {
  spec: { taints?: unknown[] };
  status: { conditions?: { type: string; status: string; lastHeartbeatTime: string }[] };
}
interface PodFacts {
  metadata: { deletionTimestamp?: string };
  status: {
    containerStatuses?: { ready: boolean; state: { running?: { startedAt: string } } }[];
  };
}

function nodeIsFresh(node: NodeFacts, startedAt: Date): boolean {
  const ready = node.status.conditions?.find((condition) => condition.type === 'Ready');
  return (
    ready?.status === 'True' &&
    isSince(ready.lastHeartbeatTime, startedAt) &&
    (node.spec.taints ?? []).length === 0
  );
}

function podIsFresh(pod: PodFacts, startedAt: Date): boolean {
  const containers = pod.status.containerStatuses ?? [];
  return (
    containers.length > 0 &&
    containers.every(
      ({ ready, state }) =>
        ready && state.running !== undefined && isSince(state.running.startedAt, startedAt),
    )
  );
}

/** Kubernetes' times have whole seconds. */
function isSince(time: string, startedAt: Date): boolean {
  return Date.parse(time) >= Math.floor(startedAt.getTime() / 1000) * 1000;
}

/** With the names of the images that are built here. */
export function manifest(path: string): string {
  const text = readFileSync(fileURLToPath(new URL(path, import.meta.url)), 'utf8');
  return text.replace(/\$\{image:([^}]*)\}/g, (_, name: string) => {
    if (!isImageName(name)) throw new Error(`${path} names an image ${name}, which is not built here`);
    return imageReference(name);
  });
}
