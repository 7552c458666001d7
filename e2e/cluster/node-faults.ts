import { join } from 'node:path';
import { Refusal, run } from './command.ts';
import type { Running } from './control-plane.ts';
import { freezeGroup, isFrozen, thawGroup } from './freezer.ts';
import type { ClusterNode, Instance } from './instance.ts';
import { networkNamespaces } from './instance.ts';
import { insideNode, powerOff, powerOn } from './node.ts';

/** What can be done to a node. Each may be said again, and nothing happens when it is so already. */
export const nodeCommands = ['power-off', 'power-on', 'freeze', 'thaw', 'cut', 'join'] as const;
export type NodeCommand = (typeof nodeCommands)[number];

export function isNodeCommand(text: string | undefined): text is NodeCommand {
  return nodeCommands.some((command) => command === text);
}

/**
 * - power-off: every process ends at once, as if the plug were pulled; the disk stays.
 * - power-on: starts it again, with its disk. A cut stays what it is.
 * - freeze, thaw: it hangs and goes on; frozen, its kernel still takes connections, and nobody answers.
 * - cut, join: it and its pods live on, and reach nobody outside of it.
 */
export async function commandNode(running: Running, command: NodeCommand, node: ClusterNode): Promise<void> {
  const { cluster } = running;
  switch (command) {
    case 'power-off':
      return powerOff(cluster, node);
    case 'power-on':
      return switchOn(running, node);
    case 'freeze':
      if (insideNode(cluster, node) === undefined)
        throw new Refusal(`${node.name} is off and cannot be frozen: power it on first.`);
      return freezeGroup(join(cluster.controlGroup, node.name));
    case 'thaw':
      thawGroup(join(cluster.controlGroup, node.name));
      return;
    case 'cut':
      return setLink(cluster, node, 'down');
    case 'join':
      return setLink(cluster, node, 'up');
  }
}

/** Whatever was done to the nodes is undone. */
export async function restoreNodes(running: Running): Promise<void> {
  for (const node of running.cluster.nodes)
    for (const command of ['thaw', 'join', 'power-on'] as const) await commandNode(running, command, node);
}

export function nodeNamed(cluster: Instance, name: string | undefined): ClusterNode {
  const node = cluster.nodes.find((candidate) => candidate.name === name);
  if (node !== undefined) return node;
  const known = cluster.nodes.map((candidate) => candidate.name).join(', ');
  throw new Refusal(
    name === undefined
      ? `Name a node: one of ${known}.`
      : `The cluster has no node ${name}: name one of ${known}, or start more of them with make cluster NODES=3.`,
  );
}

/** Such as "node2 (frozen, cut)". */
export async function nodeInWords(cluster: Instance, node: ClusterNode): Promise<string> {
  const { bridge } = networkNamespaces(cluster);
  const link = await run('ip', ['-n', bridge, '-o', 'link', 'show', 'dev', node.name]);
  const faults = [
    insideNode(cluster, node) === undefined ? 'off' : '',
    isFrozen(join(cluster.controlGroup, node.name)) ? 'frozen' : '',
    /<[^>]*\bUP\b[^>]*>/.test(link) ? '' : 'cut',
  ].filter(Boolean);
  return faults.length === 0 ? node.name : `${node.name} (${faults.join(', ')})`;
}

/** A node of which only a part still runs is switched off first. */
async function switchOn(running: Running, node: ClusterNode): Promise<void> {
  if (insideNode(running.cluster, node) !== undefined) return;
  await powerOff(running.cluster, node);
  await powerOn(running, node);
}

/** The node's port on the bridge: its own side sees the carrier go, as with a pulled network cable. */
async function setLink(cluster: Instance, node: ClusterNode, state: 'up' | 'down'): Promise<void> {
  await run('ip', ['-n', networkNamespaces(cluster).bridge, 'link', 'set', 'dev', node.name, state]);
}
