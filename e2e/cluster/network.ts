import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './command.ts';
import type { Instance } from './instance.ts';
import { addresses, networkNamespaces } from './instance.ts';

/** Where `ip netns` keeps them. */
const mountPoint = '/run/netns';

/**
 * One bridge in a namespace of its own; the control plane, each node and an outside client hang on it. There is no
 * uplink, no overlay and no interface in the machine's own namespace: pods are reached by static routes.
 */
export async function makeNetwork(cluster: Instance): Promise<void> {
  const names = networkNamespaces(cluster);
  await ip(`netns add ${names.bridge}`);
  await ip(`-n ${names.bridge} link set lo up`, `-n ${names.bridge} link add bridge0 type bridge`);
  await ip(`-n ${names.bridge} link set bridge0 up`);
  await attach(names.bridge, names.controlPlane, 'control', addresses.controlPlane);
  await attach(names.bridge, names.outside, 'outside', addresses.outside);
  for (const node of cluster.nodes)
    await attach(names.bridge, node.networkNamespace, node.name, node.address);
  for (const node of cluster.nodes) {
    const others = cluster.nodes.filter((other) => other !== node).map((other) => other.networkNamespace);
    for (const namespace of [names.controlPlane, names.outside, ...others]) {
      await ip(`-n ${namespace} route add ${node.podCIDR} via ${node.address}`);
    }
    // Processes of the node itself reach Services: the route makes the packet, kube-proxy's rules turn it.
    await ip(`-n ${node.networkNamespace} route add ${addresses.serviceCIDR} dev lo`);
    const forwards = ['sysctl', '-qw', 'net.ipv4.ip_forward=1'];
    await run('nsenter', [onNetwork(node.networkNamespace), ...forwards]);
  }
  const [first] = cluster.nodes;
  if (first !== undefined)
    await ip(`-n ${names.outside} route add ${addresses.serviceCIDR} via ${first.address}`);
}

export async function removeNetwork(cluster: Instance): Promise<void> {
  for (const name of namespacesLeft(cluster)) await ip(`netns del ${name}`);
}

/** The word for `nsenter` that has a command see the interfaces and rules of a network namespace. */
export function onNetwork(namespace: string): string {
  return `--net=${join(mountPoint, namespace)}`;
}

/** Network namespaces of the cluster that exist; also those of nodes beyond the ones that it has now. */
export function namespacesLeft(cluster: Instance): string[] {
  const { bridge, controlPlane, outside } = networkNamespaces(cluster);
  const nodes = Array.from({ length: 9 }, (_, position) => `hs${cluster.id}node${position + 1}`);
  return [...nodes, controlPlane, outside, bridge].filter((name) => existsSync(join(mountPoint, name)));
}

async function attach(bridge: string, namespace: string, port: string, address: string): Promise<void> {
  await ip(`netns add ${namespace}`, `-n ${namespace} link set lo up`);
  await ip(`link add ${port} netns ${bridge} type veth peer name eth0 netns ${namespace}`);
  await ip(`-n ${bridge} link set ${port} master bridge0 up`);
  await ip(`-n ${namespace} addr add ${address}/24 dev eth0`, `-n ${namespace} link set eth0 up`);
}

async function ip(...commands: string[]): Promise<void> {
  for (const command of commands) await run('ip', command.split(' '));
}
