import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { until } from './command.ts';
import { prepareControlGroup, weigh } from './control-groups.ts';
import type { Running } from './control-plane.ts';
import { daemon } from './control-plane.ts';
import type { Instance } from './instance.ts';
import { addresses, networkNamespaces } from './instance.ts';

/** Ports on the machine's loopback that lead into the cluster; the same ones at each start while they are free. */
export interface Ports {
  readonly api: number;
  readonly http: number;
  readonly https: number;
}

/** They stand for the network outside, which does not wait because a node or the control plane is busy. */
export const relayGroup = 'forward';
const weight = 20;

/** Sockets in the file system cross network namespaces: one half listens on loopback, the other dials inside. */
export async function startForwarders(cluster: Running, ports: Ports): Promise<void> {
  const running = { ...cluster, group: relayGroup };
  prepareControlGroup(running.cluster, relayGroup);
  weigh(running.cluster, weight, relayGroup);
  const [node] = running.cluster.nodes;
  const ingress = node?.address ?? '';
  await forward(running, 'api', ports.api, `${addresses.controlPlane}:6443`);
  await forward(running, 'http', ports.http, `${ingress}:80`);
  await forward(running, 'https', ports.https, `${ingress}:443`);
}

export async function choosePorts(cluster: Instance): Promise<Ports> {
  const file = join(cluster.directory, 'ports.json');
  const known = knownPorts(cluster);
  if (known !== undefined && (await allFree(known))) return known;
  const first = 20_000 + (Number.parseInt(cluster.id, 16) % 2_000) * 10;
  for (let candidate = first; candidate < first + 10_000; candidate += 10) {
    const ports = { api: candidate, http: candidate + 1, https: candidate + 2 };
    if (!(await allFree(ports))) continue;
    writeFileSync(file, JSON.stringify(ports));
    return ports;
  }
  throw new Error(`no three free ports on loopback from ${first} on`);
}

export function knownPorts(cluster: Instance): Ports | undefined {
  const file = join(cluster.directory, 'ports.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Ports) : undefined;
}

async function forward(running: Running, name: string, port: number, target: string): Promise<void> {
  const { outside } = networkNamespaces(running.cluster);
  const socket = join(running.cluster.directory, `${name}.sock`);
  rmSync(socket, { force: true });
  daemon(running, outside, `forward-${name}-inside`, [
    'socat',
    `UNIX-LISTEN:${socket},fork,backlog=256`,
    `TCP:${target}`,
  ]);
  await until(`${socket} listens`, 10, () => Promise.resolve(existsSync(socket) ? true : undefined));
  const listen = `TCP-LISTEN:${port},bind=127.0.0.1,fork,reuseaddr,backlog=256`;
  daemon(running, undefined, `forward-${name}`, ['socat', listen, `UNIX-CONNECT:${socket}`]);
}

async function allFree(ports: Ports): Promise<boolean> {
  for (const port of Object.values(ports) as number[]) if (!(await isFree(port))) return false;
  return true;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((answer) => {
    const probe = createServer();
    probe.once('error', () => answer(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => answer(true)));
  });
}
