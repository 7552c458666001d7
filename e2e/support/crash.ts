import { join } from 'node:path';
import { run } from '../cluster/command.ts';
import { runningCluster } from '../cluster/lifecycle.ts';
import { insideNode } from '../cluster/node.ts';
import { operatorNamespace } from '../operator.ts';
import { eventually, kubectl } from './cluster.ts';

/** Sudden ends, without a chance to say goodbye. */

/**
 * `kill -9` of a container's first process. From inside the container the kernel ignores it, so it is done in the node.
 */
export async function killProcess(namespace: string, pod: string, container: string): Promise<void> {
  const text = await kubectl(['get', 'pod', pod, '-n', namespace, '-o', 'json']);
  const { spec, status } = JSON.parse(text) as {
    spec: { nodeName: string };
    status: { containerStatuses: { name: string; containerID: string }[] };
  };
  const { containerID = '' } = status.containerStatuses.find(({ name }) => name === container) ?? {};
  const { cluster, programs } = await runningCluster();
  const node = cluster.nodes.find(({ name }) => name === spec.nodeName);
  const [program, ...inside] = (node && insideNode(cluster, node)) ?? [];
  if (program === undefined) throw new Error(`${spec.nodeName} is not running`);
  const ctr = [
    join(programs.get('containerd') ?? '', 'ctr'),
    '--namespace=k8s.io',
    'tasks',
    'kill',
    '--signal=SIGKILL',
  ];
  await run(program, [...inside, ...ctr, containerID.replace('containerd://', '')]);
}

export async function killPods(namespace: string, ...selection: readonly string[]): Promise<void> {
  await kubectl(['delete', 'pod', '-n', namespace, ...selection, '--force', '--grace-period=0']);
}

/**
 * Kills the leading operator, and returns when the next one has taken the lead: that is when the lease of the dead one has
 * run out. The pod's deletion alone would be no crash, because the kubelet grants two seconds after SIGTERM even
 * with `--grace-period=0`; it spares the wait for a restart of the container.
 */
export async function killOperator(): Promise<void> {
  const before = await leader();
  const [pod = ''] = before.split('_');
  await killProcess(operatorNamespace, pod, 'operator');
  await killPods(operatorNamespace, pod);
  await eventually('another operator leads', 60, async () => {
    const now = await leader();
    return now !== '' && now !== before ? true : undefined;
  });
}

function leader(): Promise<string> {
  return kubectl([
    'get',
    'lease',
    'hostedsite-operator',
    '-n',
    operatorNamespace,
    '-o',
    'jsonpath={.spec.holderIdentity}',
  ]);
}
