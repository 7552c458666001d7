import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { dirname, join } from 'node:path';
import { launch, run, until } from './command.ts';
import type { Running } from './control-plane.ts';
import { kubectl, program } from './control-plane.ts';
import {
  controlGroupsLeft,
  enterControlGroup,
  members,
  prepareControlGroup,
  removeControlGroups,
} from './control-groups.ts';
import { thawGroup } from './freezer.ts';
import { imageReference } from './images.ts';
import type { ClusterNode, Instance } from './instance.ts';
import { addresses } from './instance.ts';
import { onNetwork } from './network.ts';
import { commandOf, endAll, founders, signal } from './processes.ts';
import { registryHosts } from './registry.ts';

const initScript = fileURLToPath(new URL('node-init.sh', import.meta.url));

/** Registers the node before its kubelet does, so that its pods' addresses are the ones that the routes know. */
export async function registerNode(running: Running, node: ClusterNode): Promise<void> {
  const known = await kubectl(running, ['get', '--raw', `/api/v1/nodes/${node.name}`]).catch(() => undefined);
  if (known !== undefined) return;
  const object = {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: node.name, labels: { 'topology.kubernetes.io/zone': `zone${node.index}` } },
    spec: { podCIDR: node.podCIDR, podCIDRs: [node.podCIDR] },
  };
  await kubectl(running, ['create', '--raw', '/api/v1/nodes', '-f', '-'], JSON.stringify(object));
}

/** Powers a node on. Its disk (images, kubelet's state) is what it was. */
export async function powerOn(running: Running, node: ClusterNode): Promise<void> {
  const { cluster } = running;
  mkdirSync(node.directory, { recursive: true });
  writeNodeFiles(running, node);
  prepareControlGroup(cluster, node.name, 'system');
  const namespaces = [
    'unshare',
    '--mount',
    '--propagation=private',
    '--pid',
    '--fork',
    '--mount-proc',
    '--uts',
  ];
  const daemons = nodeDaemons(running, node).flatMap(([name, command]) => [
    name,
    String(command.length),
    ...command,
  ]);
  await forgetTraffic(node);
  const inside = ['nsenter', onNetwork(node.networkNamespace), ...namespaces];
  const script = `${enterControlGroup(cluster, node.name, 'system')} && exec "$@"`;
  const env = {
    ...process.env,
    PATH: `${dirname(program(running, 'containerd', 'containerd'))}:${process.env.PATH ?? ''}`,
  };
  const init = ['bash', initScript, node.name, node.directory, ...daemons];
  launch('sh', ['-c', script, node.name, ...inside, ...init], join(node.directory, 'logs', 'init.log'), env);
  await until(`${node.name} runs its kubelet`, 30, () =>
    Promise.resolve(insideNode(cluster, node) === undefined ? undefined : true),
  );
}

/**
 * A machine that starts knows no connection and no rule. The node's network outlives it, and a connection that it still
 * tracked would be led to the address of a pod that is no more, where another one may be by now.
 */
async function forgetTraffic(node: ClusterNode): Promise<void> {
  const tables = ['filter', 'nat', 'mangle', 'raw'].flatMap((table) => [
    ['iptables', '-t', table, '-F'],
    ['iptables', '-t', table, '-X'],
  ]);
  for (const command of [...tables, ['conntrack', '--flush']])
    await run('nsenter', [onNetwork(node.networkNamespace), ...command]);
}

/** Powers a node off as if its plug were pulled; what a reboot would clear is cleared. */
export async function powerOff(cluster: Instance, node: Pick<ClusterNode, 'name'>): Promise<void> {
  // A node may be frozen: what is to end must not run on for a moment when it is thawed.
  for (const pid of members(cluster, node.name)) signal(pid, 'SIGKILL');
  thawGroup(join(cluster.controlGroup, node.name));
  await endAll(`${node.name} has stopped`, () => members(cluster, node.name));
  await until(`${node.name} has left its control groups`, 10, () => {
    removeControlGroups(cluster, node.name);
    return Promise.resolve(controlGroupsLeft(cluster, node.name).length === 0 ? true : undefined);
  });
}

/** Arguments that run a command in all namespaces of a node; undefined while it is off. */
export function insideNode(cluster: Instance, node: ClusterNode): string[] | undefined {
  const [pid] = founders(
    members(cluster, node.name, 'system').filter(
      (candidate) => commandOf(candidate)[0]?.endsWith('/kubelet') === true,
    ),
  );
  return pid === undefined ? undefined : ['nsenter', '-t', String(pid), '-n', '-m', '-p', '-u', '--'];
}

/** Nothing of the node but its place stays. */
export function eraseNode(node: ClusterNode): void {
  rmSync(node.directory, { recursive: true, force: true });
}

function nodeDaemons(running: Running, node: ClusterNode): [string, string[]][] {
  const key = (name: string): string => join(running.keys, name);
  return [
    [
      'containerd',
      [program(running, 'containerd', 'containerd'), '-c', join(node.directory, 'containerd.toml')],
    ],
    [
      'storage',
      [program(running, 'storage', 'storage'), 'node', `--root=${running.volumes}`, `--node=${node.name}`],
    ],
    [
      'kubelet',
      [
        program(running, 'kubelet'),
        `--config=${join(node.directory, 'kubelet.json')}`,
        `--kubeconfig=${key(`${node.name}.kubeconfig`)}`,
        `--hostname-override=${node.name}`,
        `--node-ip=${node.address}`,
        '--root-dir=/var/lib/kubelet',
        '--cert-dir=/var/lib/kubelet/pki',
      ],
    ],
    [
      'kube-proxy',
      [
        program(running, 'kube-proxy'),
        `--kubeconfig=${key('proxy.kubeconfig')}`,
        `--hostname-override=${node.name}`,
        '--proxy-mode=iptables',
        `--cluster-cidr=${addresses.podCIDR}`,
        `--bind-address=${node.address}`,
        // The machine's connection tracking belongs to the machine.
        '--conntrack-max-per-core=0',
        '--conntrack-min=0',
        '--conntrack-tcp-timeout-established=0',
        '--conntrack-tcp-timeout-close-wait=0',
      ],
    ],
  ];
}

function writeNodeFiles(running: Running, node: ClusterNode): void {
  const write = (name: string, content: string): void => writeFileSync(join(node.directory, name), content);
  write('resolv.conf', `nameserver ${addresses.dns}\n`);
  write('cni.conflist', JSON.stringify(containerNetwork(running.cluster, node)));
  write('containerd.toml', containerdConfiguration(running, node));
  const registry = registryHosts();
  mkdirSync(join(node.directory, 'certs.d', registry.directory), { recursive: true });
  write(`certs.d/${registry.directory}/hosts.toml`, registry.content);
  write('kubelet.json', JSON.stringify(kubeletConfiguration(running, node)));
}

/** Where pods that start wait for their packet rules. */
export function gateSocket(cluster: Instance): string {
  return join(cluster.directory, 'policy-gate.sock');
}

function containerNetwork(cluster: Instance, node: ClusterNode): object {
  const ipam = {
    type: 'host-local',
    // On the node's tmpfs: addresses of pods that a power-off ended are free again.
    dataDir: '/run/cni-addresses',
    ranges: [[{ subnet: node.podCIDR }]],
    routes: [{ dst: '0.0.0.0/0' }],
  };
  const bridge = { type: 'bridge', bridge: 'cni0', isGateway: true, ipMasq: false, hairpinMode: true, ipam };
  const portmap = { type: 'portmap', capabilities: { portMappings: true } };
  // Nothing of the pod runs before all plugins have answered.
  const gate = { type: 'policy-gate', socket: gateSocket(cluster), node: node.name };
  return { cniVersion: '1.0.0', name: 'hostedsite', plugins: [bridge, portmap, gate] };
}

function containerdConfiguration(running: Running, node: ClusterNode): string {
  const plugins = ['cni', 'policy-gate'].map((name) => JSON.stringify(running.programs.get(name) ?? ''));
  return `version = 3
root = "/var/lib/containerd"
state = "/run/containerd"
[grpc]
  address = "/run/containerd/containerd.sock"
[plugins."io.containerd.cri.v1.images"]
  snapshotter = "overlayfs"
  [plugins."io.containerd.cri.v1.images".pinned_images]
    sandbox = "${imageReference('pause')}"
  [plugins."io.containerd.cri.v1.images".registry]
    config_path = "${join(node.directory, 'certs.d')}"
[plugins."io.containerd.cri.v1.runtime"]
  restrict_oom_score_adj = true
  [plugins."io.containerd.cri.v1.runtime".cni]
    bin_dirs = [${plugins.join(', ')}]
    conf_dir = "/etc/cni/net.d"
  [plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc.options]
      SystemdCgroup = false
`;
}

function kubeletConfiguration(running: Running, node: ClusterNode): object {
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    failCgroupV1: false,
    cgroupDriver: 'cgroupfs',
    cgroupRoot: `/${running.cluster.controlGroup}/${node.name}`,
    cgroupsPerQOS: true,
    enforceNodeAllocatable: [],
    authentication: { anonymous: { enabled: false }, x509: { clientCAFile: join(running.keys, 'ca.crt') } },
    authorization: { mode: 'Webhook' },
    containerRuntimeEndpoint: 'unix:///run/containerd/containerd.sock',
    tlsCertFile: join(running.keys, `${node.name}.crt`),
    tlsPrivateKeyFile: join(running.keys, `${node.name}.key`),
    failSwapOn: false,
    address: node.address,
    resolvConf: join(node.directory, 'resolv.conf'),
    clusterDNS: [addresses.dns],
    clusterDomain: 'cluster.local',
    volumePluginDir: join(node.directory, 'volume-plugins'),
    nodeStatusUpdateFrequency: '4s',
    // A volume grows under a running pod when the kubelet looks at the pod again: by default once a minute.
    syncFrequency: '10s',
    // A full /tmp is seen when the kubelet looks at what volumes hold: by default once a minute, or in two.
    volumeStatsAggPeriod: '10s',
    // Images cannot be pulled again, and the disk is the whole machine's: neither is collected for want of space.
    imageGCHighThresholdPercent: 100,
    evictionHard: { 'memory.available': '100Mi', 'nodefs.available': '1%', 'imagefs.available': '1%' },
  };
}
