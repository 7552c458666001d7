import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addonsServe, applyAddons, applyExtras, extraManifests, manifests } from './addons.ts';
import { certificates, kubeconfig } from './certificates.ts';
import { progress, Refusal, run, until } from './command.ts';
import { members } from './control-groups.ts';
import type { Running } from './control-plane.ts';
import {
  startControlPlane,
  startNetworkPolicies,
  startResizer,
  startStorageController,
} from './control-plane.ts';
import type { Ports } from './forwarder.ts';
import { choosePorts, knownPorts, startForwarders } from './forwarder.ts';
import { fillImageStore, loadBuiltImage } from './image-store.ts';
import { buildImage, extraImages, infrastructure } from './images.ts';
import type { Instance } from './instance.ts';
import { addresses, checkout, clusterName, clusterVariable, instance } from './instance.ts';
import { meetNeeds, refuseWithoutRoot } from './needs.ts';
import { makeNetwork } from './network.ts';
import { nodeInWords, restoreNodes } from './node-faults.ts';
import { powerOn, registerNode } from './node.ts';
import { allPrograms, buildPrograms, builtPrograms, corePrograms, missingPrograms } from './programs.ts';
import { pruneOldPrograms } from './programs.ts';
import { erase, eraseOrphans, leftovers, tearDown } from './teardown.ts';

export interface Start {
  /** Default: as many as it had, or one. */
  readonly nodeCount?: number | undefined;
  /** Without metrics and without volumes that grow, which take a while to build. Default: false. */
  readonly lean?: boolean;
}

/**
 * Starts the cluster of this checkout. Whatever a crash left is cleared first; data of a stopped one is kept. One that
 * runs already gets what it lacks.
 */
export async function up({ nodeCount, lean = false }: Start = {}): Promise<void> {
  const wanted = lean ? corePrograms : allPrograms;
  await meetNeeds(missingPrograms(wanted).length === 0);
  const cluster = nodeCount === undefined ? currentInstance() : instance(checkout, nodeCount);
  refuseOtherNodes(cluster);
  if (await serves(cluster)) {
    // A story that was interrupted may have left a node off, frozen or cut.
    await restoreNodes(await runningCluster());
    if (!lean) await complete();
    progress(`The cluster is running already.\n${await describe(cluster)}`);
    return;
  }
  pruneOldPrograms();
  eraseOrphans((id) => members({ ...cluster, controlGroup: `hostedsite-${id}` }).length > 0);
  const programs = await buildPrograms(wanted);
  for (const name of lean ? infrastructure : [...infrastructure, ...extraImages])
    await buildImage(name, programs);
  const startedAt = new Date();
  await stop(cluster);
  mkdirSync(cluster.directory, { recursive: true });
  writeFileSync(join(cluster.directory, 'checkout'), checkout);
  writeFileSync(nodeCountFile(cluster), String(cluster.nodes.length));
  const ports = await choosePorts(cluster);
  const keys = await certificates(cluster);
  await writeKubeconfigs(cluster, keys, ports);
  await start({ cluster, programs, keys, volumes: volumesOf(cluster) }, ports, { startedAt, lean });
  progress(
    `The cluster is up after ${Math.round((Date.now() - startedAt.getTime()) / 1000)} s.\n${await describe(cluster)}`,
  );
}

/** Stops it; `keep` leaves etcd, images and volumes for the next start. */
export async function down(keep: boolean): Promise<void> {
  refuseWithoutRoot();
  const cluster = instance();
  const started = Date.now();
  await stop(cluster);
  if (!keep) erase(cluster);
  const left = await leftovers(cluster);
  if (left.length > 0) throw new Error(`left over after the stop:\n${left.join('\n')}`);
  progress(
    `The cluster is down after ${((Date.now() - started) / 1000).toFixed(1)} s${keep ? '; its data is kept' : ''}.`,
  );
}

export async function status(): Promise<string> {
  const cluster = currentInstance();
  if (await serves(cluster)) return describe(cluster);
  const left = await leftovers(cluster);
  if (left.length > 0)
    return `The cluster does not answer; the next start clears what is left:\n${left.join('\n')}`;
  return `The cluster is down${existsSync(cluster.directory) ? '; its data is kept' : ''}.`;
}

/** This process' cluster of the checkout, with the number of nodes that it was started with. */
export function currentInstance(): Instance {
  return instance(checkout, keptNodeCount(instance()) ?? 1);
}

/** What a command needs to speak to the cluster from the machine: a kubeconfig, kubectl and helm on the PATH. */
export async function environment(): Promise<NodeJS.ProcessEnv> {
  const cluster = currentInstance();
  const ports = knownPorts(cluster);
  if (ports === undefined || !(await serves(cluster)))
    throw new Refusal('The cluster is not running: start it with make cluster.');
  const programs = builtPrograms(['kubernetes', 'helm']);
  const directories = ['kubernetes', 'helm'].map((name) => programs.get(name) ?? '');
  return {
    ...process.env,
    KUBECONFIG: join(cluster.directory, 'kubeconfig'),
    PATH: [...directories, process.env.PATH ?? ''].join(':'),
    HOSTEDSITE_HTTP_PORT: String(ports.http),
    HOSTEDSITE_HTTPS_PORT: String(ports.https),
  };
}

/** The running cluster, for what acts on its nodes. */
export async function runningCluster(): Promise<Running> {
  const cluster = currentInstance();
  const [programs, keys] = [builtPrograms(), await certificates(cluster)];
  return { cluster, programs, keys, volumes: volumesOf(cluster) };
}

function volumesOf(cluster: Instance): string {
  return join(cluster.directory, 'volumes');
}

/** DNS and ingress; storage has none. */
const ownPods = manifests.length - 1;

async function start(
  running: Running,
  ports: Ports,
  { startedAt, lean }: { startedAt: Date; lean: boolean },
): Promise<void> {
  const { cluster } = running;
  for (const node of cluster.nodes) await fillImageStore(cluster, node, running.programs);
  await makeNetwork(cluster);
  await startControlPlane(running);
  startStorageController(running);
  for (const node of cluster.nodes) await registerNode(running, node);
  // Pods start when this has written their rules.
  startNetworkPolicies(running);
  await Promise.all(cluster.nodes.map((node) => powerOn(running, node)));
  // A kept node has the images of the checkout that it was started from, which may have changed since.
  for (const name of infrastructure) await loadBuiltImage(cluster, running.programs, name);
  await startForwarders(running, ports);
  await applyAddons(running);
  if (!lean) await addExtras(running);
  await addonsServe(running, startedAt, lean ? ownPods : ownPods + extraManifests.length);
  await until('the ingress answers on loopback', 30, async () => {
    const answer = await fetch(`http://127.0.0.1:${ports.http}/`);
    return answer.status === 404 ? true : undefined;
  });
  writeFileSync(completionMark(cluster), '');
}

/** Gives a cluster that was started lean what it lacks. */
async function complete(): Promise<void> {
  if (existsSync(extrasMark(currentInstance()))) return;
  const programs = await buildPrograms();
  for (const name of extraImages) await buildImage(name, programs);
  const running = await runningCluster();
  await addExtras(running);
  await addonsServe(running, new Date(0), ownPods + extraManifests.length);
}

async function addExtras(running: Running): Promise<void> {
  for (const name of extraImages) await loadBuiltImage(running.cluster, running.programs, name);
  startResizer(running);
  await applyExtras(running);
  writeFileSync(extrasMark(running.cluster), '');
}

async function stop(cluster: Instance): Promise<void> {
  for (const mark of [completionMark(cluster), extrasMark(cluster)]) rmSync(mark, { force: true });
  await tearDown(cluster);
}

/** Present while the processes are those of a start that came to its end. */
function completionMark(cluster: Instance): string {
  return join(cluster.directory, 'complete');
}

/** Present while it has also what a lean start leaves out. */
function extrasMark(cluster: Instance): string {
  return join(cluster.directory, 'extras');
}

async function writeKubeconfigs(cluster: Instance, keys: string, ports: Ports): Promise<void> {
  const inside = `https://${addresses.controlPlane}:6443`;
  const names = [
    'admin',
    'controller-manager',
    'scheduler',
    'proxy',
    ...cluster.nodes.map((node) => node.name),
  ];
  for (const name of names) {
    writeFileSync(join(keys, `${name}.kubeconfig`), await kubeconfig(keys, name, inside), { mode: 0o600 });
  }
  const outside = await kubeconfig(keys, 'admin', `https://127.0.0.1:${ports.api}`);
  writeFileSync(join(cluster.directory, 'kubeconfig'), outside, { mode: 0o600 });
}

function refuseOtherNodes(cluster: Instance): void {
  const kept = keptNodeCount(cluster);
  if (kept === undefined || kept === cluster.nodes.length) return;
  throw new Refusal(
    `The cluster has ${kept} node(s): go on with those (make cluster NODES=${kept}), or remove it first with make cluster-down.`,
  );
}

/** Of the cluster that runs or is kept. */
function keptNodeCount(cluster: Instance): number | undefined {
  const file = nodeCountFile(cluster);
  return existsSync(file) ? Number(readFileSync(file, 'utf8')) : undefined;
}

function nodeCountFile(cluster: Instance): string {
  return join(cluster.directory, 'nodes.json');
}

/** Whether it serves, and lacks nothing that stories need. */
export async function servesStories(cluster: Instance): Promise<boolean> {
  return existsSync(extrasMark(cluster)) && (await serves(cluster));
}

/** Whether the whole of it was started and its API answers on loopback. */
export async function serves(cluster: Instance): Promise<boolean> {
  const ports = knownPorts(cluster);
  if (ports === undefined || !existsSync(completionMark(cluster)) || members(cluster, 'control').length === 0)
    return false;
  const args = ['--silent', '--insecure', '--max-time', '3', `https://127.0.0.1:${ports.api}/readyz`];
  return (await run('curl', args).catch(() => '')) === 'ok';
}

async function describe(cluster: Instance): Promise<string> {
  const ports = knownPorts(cluster);
  const nodes = await Promise.all(cluster.nodes.map((node) => nodeInWords(cluster, node)));
  const named = clusterName === '' ? '' : `${clusterVariable}=${clusterName} `;
  return [
    `  sites     http://NAME.localhost:${ports?.http}   (https: ${ports?.https})`,
    `  commands  ${named}e2e/cluster/enter kubectl get nodes`,
    `  kubectl   export KUBECONFIG=${join(cluster.directory, 'kubeconfig')}`,
    `  nodes     ${nodes.join(', ')}`,
    `  logs      ${join(cluster.directory, 'logs')}`,
  ].join('\n');
}
