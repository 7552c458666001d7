import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Agent } from 'undici';
import { run } from '../command.ts';
import type { ClusterNode } from '../instance.ts';
import { addresses } from '../instance.ts';
import { currentInstance } from '../lifecycle.ts';
import { gateSocket, insideNode } from '../node.ts';
import type { Arrival } from './arrivals.ts';
import { Arrivals } from './arrivals.ts';
import { gate } from './gate.ts';
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
 * namespaces. A pod starts when its rules are written. usage: main.ts KEYS (the directory of the cluster's certificates)
 */
const [keys = ''] = process.argv.slice(2);
const cluster = currentInstance();
const nodes = cluster.nodes.map((node) => ({
  name: node.name,
  rules: new NodeRules(table(node), later),
  // A node that was off has no rules: what was written before is written again for the first pod that it starts.
  arrivals: 0,
}));

const server = apiServer();
const [pods, namespaces, policies] = [
  '/api/v1/pods',
  '/api/v1/namespaces',
  '/apis/networking.k8s.io/v1/networkpolicies',
].map((path) => new WatchedList(server, path, changed)) as [WatchedList, WatchedList, WatchedList];
const arrivals = new Arrivals(pods, policies);

// A burst of changes is one change.
const burstMilliseconds = 30;
let due: NodeJS.Timeout | undefined;
const never = new AbortController().signal;
gate(gateSocket(cluster), admit);
await Promise.all([pods, namespaces, policies].map((list) => list.follow(never)));

function changed(): void {
  arrivals.changed();
  due ??= setTimeout(() => {
    due = undefined;
    if (isComplete()) for (const node of nodes) void bring(node, world());
  }, burstMilliseconds);
}

/** A pod passes once its node has its rules; the other nodes hear of its address at the same time. */
async function admit(arrival: Arrival, gone: AbortSignal): Promise<void> {
  const node = nodes.find(({ name }) => name === arrival.node);
  if (node === undefined || !isComplete()) throw new Error('not all is known yet');
  await arrivals.arrive(arrival, gone);
  node.arrivals += 1;
  changed();
  await bring(node, world());
}

function isComplete(): boolean {
  return [pods, namespaces, policies].every((list) => list.isComplete);
}

function bring({ name, rules, arrivals: count }: (typeof nodes)[number], seen: World): Promise<void> {
  const isolated = isolations(seen, name);
  return rules.want(`${count} ${packetRules(isolated, '')}`, (present) => packetRules(isolated, present));
}

function world(): World {
  const labelled = [...namespaces.objects.values()] as {
    metadata: { name: string; labels?: Record<string, string> };
  }[];
  return {
    pods: policyPods([...pods.objects.values()] as PodObject[], arrivals.given),
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
