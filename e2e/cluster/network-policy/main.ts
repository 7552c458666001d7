import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Agent } from 'undici';
import { run } from '../command.ts';
import type { ClusterNode } from '../instance.ts';
import { addresses } from '../instance.ts';
import { currentInstance } from '../lifecycle.ts';
import { insideNode } from '../node.ts';
import { isolations } from './isolation.ts';
import type { RuleTable } from './node-rules.ts';
import { NodeRules } from './node-rules.ts';
import { packetRules } from './packet-rules.ts';
import { WatchedList } from './watched-list.ts';
import type { ApiServer } from './watched-list.ts';
import type { NetworkPolicy, PodObject, World } from './world.ts';
import { policyPods } from './world.ts';

/**
 * Enforces NetworkPolicies on all nodes of a cluster: one process beside the control plane, which enters the nodes' network
 * namespaces. usage: main.ts KEYS (the directory of the cluster's certificates)
 */
const [keys = ''] = process.argv.slice(2);
const cluster = currentInstance();
const nodes = cluster.nodes.map((node) => ({ name: node.name, rules: new NodeRules(table(node), later) }));

const server = apiServer();
const [pods, namespaces, policies] = [
  '/api/v1/pods',
  '/api/v1/namespaces',
  '/apis/networking.k8s.io/v1/networkpolicies',
].map((path) => new WatchedList(server, path, changed)) as [WatchedList, WatchedList, WatchedList];

// A burst of changes is one change.
const burstMilliseconds = 30;
let due: NodeJS.Timeout | undefined;
const never = new AbortController().signal;
await Promise.all([pods, namespaces, policies].map((list) => list.follow(never)));

function changed(): void {
  due ??= setTimeout(() => {
    due = undefined;
    if ([pods, namespaces, policies].every(({ isComplete }) => isComplete)) enforce(world());
  }, burstMilliseconds);
}

function enforce(seen: World): void {
  for (const { name, rules } of nodes) {
    const isolated = isolations(seen, name);
    rules.want(packetRules(isolated, ''), (present) => packetRules(isolated, present));
  }
}

function world(): World {
  const labelled = [...namespaces.objects.values()] as {
    metadata: { name: string; labels?: Record<string, string> };
  }[];
  return {
    pods: policyPods([...pods.objects.values()] as PodObject[]),
    namespaces: new Map(labelled.map(({ metadata }) => [metadata.name, metadata.labels ?? {}])),
    policies: [...policies.objects.values()] as NetworkPolicy[],
  };
}

/** In the node's mount namespace too: there lies the lock that kube-proxy takes. */
function table(node: ClusterNode): RuleTable {
  return {
    read: async () => {
      const [program, ...args] = insideNode(cluster, node) ?? [];
      return program === undefined
        ? undefined
        : run(program, [...args, 'iptables', '--wait', '5', '-t', 'mangle', '-S']);
    },
    write: async (text) => {
      const [program, ...args] = insideNode(cluster, node) ?? [];
      if (program === undefined) throw new Error(`${node.name} is off`);
      await run(program, [...args, 'iptables-restore', '--noflush', '--wait', '5'], { input: text });
    },
  };
}

function later(again: () => void): void {
  setTimeout(again, 500);
}

function apiServer(): ApiServer {
  const file = (name: string): string => readFileSync(join(keys, name), 'utf8');
  const connect = { ca: file('ca.crt'), cert: file('admin.crt'), key: file('admin.key') };
  return { url: `https://${addresses.controlPlane}:6443`, dispatcher: new Agent({ connect }) };
}
