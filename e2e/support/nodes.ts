import { after, afterEach } from 'mocha';
import { runningCluster } from '../cluster/lifecycle.ts';
import type { NodeCommand } from '../cluster/node-faults.ts';
import { commandNode, nodeInWords, nodeNamed, restoreNodes } from '../cluster/node-faults.ts';
import { eventually, kubectl } from './cluster.ts';

/**
 * What stories do to nodes. The cluster's own pods (ingress, DNS, metrics) are on node1, through which visitors come: a
 * story breaks another one, unless it is about the loss of all that.
 */
export async function node(command: NodeCommand, name: string): Promise<void> {
  const running = await runningCluster();
  await commandNode(running, command, nodeNamed(running.cluster, name));
}

/** To be called in a `describe`: whatever its stories did to nodes is undone after each, and the nodes are Ready. */
export function nodesAreRestored(): void {
  const restore = async function (this: Mocha.Context): Promise<void> {
    this.timeout(180_000);
    const running = await runningCluster();
    const { nodes } = running.cluster;
    const before = await Promise.all(nodes.map((each) => nodeInWords(running.cluster, each)));
    const since = new Date();
    await restoreNodes(running);
    await kubectl(['uncordon', ...nodes.map(({ name }) => name)]);
    const broken = nodes.filter(({ name }) => !before.includes(name));
    for (const each of nodes) await nodeIsBack(each.name, broken.includes(each) ? since : new Date(0));
  };
  afterEach(restore);
  after(restore);
}

/** The API tells of a node that is gone what it last heard of it: only what it heard since then counts. */
export async function nodeIsBack(name: string, since: Date): Promise<void> {
  // Kubernetes' times have whole seconds.
  const second = Math.floor(since.getTime() / 1000) * 1000;
  await eventually(`${name} is Ready again`, 120, async () => {
    const { spec, status } = JSON.parse(await kubectl(['get', 'node', name, '-o', 'json'])) as {
      spec: { taints?: unknown[] };
      status: { conditions: { type: string; status: string; lastHeartbeatTime: string }[] };
    };
    const ready = status.conditions.find(({ type }) => type === 'Ready');
    const isFresh = ready?.status === 'True' && Date.parse(ready.lastHeartbeatTime) >= second;
    return isFresh && (spec.taints ?? []).length === 0 ? true : undefined;
  });
}

/** Where pods of a site serve visitors, as far as Kubernetes knows. */
export async function nodesThatServe(namespace: string, name: string): Promise<string[]> {
  const path = '{range .items[*].endpoints[?(@.conditions.ready==true)]}{.nodeName} {end}';
  const slices = ['-n', namespace, '-l', `kubernetes.io/service-name=${name}-web`];
  const text = await kubectl(['get', 'endpointslices', ...slices, '-o', `jsonpath=${path}`]);
  return text.trim().split(' ').sort();
}
