import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { attempt, launch, run, until } from './command.ts';
import { enterControlGroup, prepareControlGroup } from './control-groups.ts';
import type { Instance } from './instance.ts';
import { addresses, networkNamespaces } from './instance.ts';
import { onNetwork } from './network.ts';
import type { ProgramDirectories } from './programs.ts';

/** What every part of a running cluster is started with. */
export interface Running {
  readonly cluster: Instance;
  readonly programs: ProgramDirectories;
  /** Directory of keys and kubeconfig files. */
  readonly keys: string;
  /** Directory of the volumes' files, seen by all nodes. */
  readonly volumes: string;
  /** The control group of daemons that belong to no node. Default: `control`. */
  readonly group?: string;
}

export function program(running: Running, name: string, module: string = 'kubernetes'): string {
  const directory = running.programs.get(module);
  if (directory === undefined) throw new Error(`no program ${module}`);
  return join(directory, name);
}

/** Starts a daemon in one of the cluster's network namespaces and in its control group. */
export function daemon(
  running: Running,
  namespace: string | undefined,
  name: string,
  command: readonly string[],
): void {
  const { cluster, group = 'control' } = running;
  prepareControlGroup(cluster, group);
  const inside = namespace === undefined ? [] : ['nsenter', onNetwork(namespace)];
  // An argument, not text: the shell only joins the group and becomes the program.
  const args = ['-c', `${enterControlGroup(cluster, group)} && exec "$@"`, name, ...inside, ...command];
  // The caller's own KUBECONFIG would go before the sidecars' flags.
  const env = { ...process.env, KUBECONFIG: '' };
  launch('sh', args, join(cluster.directory, 'logs', `${name}.log`), env);
}

/** kubectl with the administrator's rights, from inside the cluster's network. */
export function kubectl(running: Running, args: readonly string[], input?: string): Promise<string> {
  const { controlPlane } = networkNamespaces(running.cluster);
  const command = [
    program(running, 'kubectl'),
    '--kubeconfig',
    join(running.keys, 'admin.kubeconfig'),
    ...args,
  ];
  const options = { timeout: 60_000, ...(input === undefined ? {} : { input }) };
  return run('nsenter', [onNetwork(controlPlane), ...command], options);
}

export async function startControlPlane(running: Running): Promise<void> {
  const { controlPlane } = networkNamespaces(running.cluster);
  daemon(running, controlPlane, 'etcd', etcd(running));
  daemon(running, controlPlane, 'kube-apiserver', apiServer(running));
  await until('the API server is ready', 60, () => attempted(running, '/readyz'));
  daemon(running, controlPlane, 'kube-controller-manager', controllerManager(running));
  daemon(running, controlPlane, 'kube-scheduler', [
    program(running, 'kube-scheduler'),
    `--kubeconfig=${join(running.keys, 'scheduler.kubeconfig')}`,
    '--leader-elect=false',
    '--bind-address=127.0.0.1',
  ]);
}

/** The storage driver's controller and the sidecar that makes volumes: plain processes beside the control plane. */
export function startStorageController(running: Running): void {
  const { controlPlane } = networkNamespaces(running.cluster);
  mkdirSync(running.volumes, { recursive: true });
  const socket = storageSocket(running);
  daemon(running, controlPlane, 'storage-controller', [
    program(running, 'storage', 'storage'),
    'controller',
    `--root=${running.volumes}`,
    `--socket=${socket}`,
  ]);
  daemon(running, controlPlane, 'csi-provisioner', [
    program(running, 'csi-provisioner', 'csi-provisioner'),
    ...storageSidecar(running),
    '--extra-create-metadata',
    '--snapshot-orphan-sweep-interval=0',
  ]);
}

/** The sidecar that lets volumes grow. */
export function startResizer(running: Running): void {
  const { controlPlane } = networkNamespaces(running.cluster);
  const resizer = program(running, 'csi-resizer', 'csi-resizer');
  const flags = [...storageSidecar(running), '--handle-volume-inuse-error=false'];
  daemon(running, controlPlane, 'csi-resizer', [resizer, ...flags]);
}

function storageSocket({ volumes }: Running): string {
  return join(volumes, 'controller.sock');
}

function storageSidecar(running: Running): string[] {
  return [
    `--csi-address=unix://${storageSocket(running)}`,
    `--kubeconfig=${join(running.keys, 'admin.kubeconfig')}`,
    '--leader-election=false',
    '--timeout=60s',
    '--retry-interval-start=500ms',
    '--retry-interval-max=2s',
    '--kube-api-qps=50',
    '--kube-api-burst=100',
  ];
}

/** What makes NetworkPolicies count, on all nodes. */
export function startNetworkPolicies(running: Running): void {
  const { controlPlane } = networkNamespaces(running.cluster);
  const main = fileURLToPath(new URL('network-policy/main.ts', import.meta.url));
  daemon(running, controlPlane, 'network-policies', [process.execPath, main, running.keys]);
}

async function attempted(running: Running, path: string): Promise<string | undefined> {
  const { controlPlane } = networkNamespaces(running.cluster);
  const args = [
    program(running, 'kubectl'),
    '--kubeconfig',
    join(running.keys, 'admin.kubeconfig'),
    'get',
    '--raw',
    path,
  ];
  return attempt('nsenter', [onNetwork(controlPlane), ...args], { timeout: 5000 });
}

function etcd(running: Running): string[] {
  return [
    program(running, 'etcd', 'etcd'),
    `--data-dir=${join(running.cluster.directory, 'etcd')}`,
    '--listen-client-urls=http://127.0.0.1:2379',
    '--advertise-client-urls=http://127.0.0.1:2379',
    '--listen-peer-urls=http://127.0.0.1:2380',
    // A test cluster's own records need not outlive the machine's loss of power.
    '--unsafe-no-fsync',
  ];
}

function apiServer(running: Running): string[] {
  const key = (name: string): string => join(running.keys, name);
  return [
    program(running, 'kube-apiserver'),
    '--etcd-servers=http://127.0.0.1:2379',
    '--bind-address=0.0.0.0',
    `--advertise-address=${addresses.controlPlane}`,
    '--secure-port=6443',
    `--tls-cert-file=${key('apiserver.crt')}`,
    `--tls-private-key-file=${key('apiserver.key')}`,
    `--client-ca-file=${key('ca.crt')}`,
    `--service-account-key-file=${key('sa.pub')}`,
    `--service-account-signing-key-file=${key('sa.key')}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-cluster-ip-range=${addresses.serviceCIDR}`,
    '--authorization-mode=Node,RBAC',
    '--enable-admission-plugins=NodeRestriction',
    '--allow-privileged=true',
    '--kubelet-preferred-address-types=InternalIP',
    `--kubelet-client-certificate=${key('kubelet-client.crt')}`,
    `--kubelet-client-key=${key('kubelet-client.key')}`,
    `--requestheader-client-ca-file=${key('front-proxy-ca.crt')}`,
    '--requestheader-allowed-names=front-proxy-client',
    '--requestheader-extra-headers-prefix=X-Remote-Extra-',
    '--requestheader-group-headers=X-Remote-Group',
    '--requestheader-username-headers=X-Remote-User',
    `--proxy-client-cert-file=${key('front-proxy-client.crt')}`,
    `--proxy-client-key-file=${key('front-proxy-client.key')}`,
    // The control plane has no kube-proxy: aggregated APIs are reached at their pods' addresses.
    '--enable-aggregator-routing=true',
  ];
}

function controllerManager(running: Running): string[] {
  const key = (name: string): string => join(running.keys, name);
  return [
    program(running, 'kube-controller-manager'),
    `--kubeconfig=${key('controller-manager.kubeconfig')}`,
    `--service-account-private-key-file=${key('sa.key')}`,
    `--root-ca-file=${key('ca.crt')}`,
    `--cluster-signing-cert-file=${key('ca.crt')}`,
    `--cluster-signing-key-file=${key('ca.key')}`,
    '--use-service-account-credentials',
    `--cluster-cidr=${addresses.podCIDR}`,
    '--allocate-node-cidrs=false',
    // Three times as often as by default: stories wait less for it.
    '--horizontal-pod-autoscaler-sync-period=5s',
    '--leader-elect=false',
    '--bind-address=127.0.0.1',
  ];
}
