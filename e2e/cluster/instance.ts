import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout that this program is part of. */
export const checkout = resolve(fileURLToPath(new URL('../..', import.meta.url)));

/** Everything that may be shared by checkouts and made again: built programs, images, packages. */
export const cacheDirectory = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'hostedsite');

/** Which of the checkout's clusters everything of this process is about, and whatever it starts; empty: the only one of most checkouts. */
export const clusterVariable = 'HOSTEDSITE_CLUSTER';
export const clusterName = process.env[clusterVariable] ?? '';

/** One cluster: names and addresses derive from the checkout's path and the cluster's name, so that no two clusters ever meet. */
export interface Instance {
  /** Eight hexadecimal digits of the checkout's path, and of the name of a cluster that has one. */
  readonly id: string;
  /** Certificates, etcd, node disks, volumes and logs; outlives the processes. */
  readonly directory: string;
  /** Root of its control groups, below each hierarchy. */
  readonly controlGroup: string;
  readonly nodes: readonly ClusterNode[];
}

export interface ClusterNode {
  readonly name: string;
  /** From 1. */
  readonly index: number;
  readonly address: string;
  readonly podCIDR: string;
  readonly networkNamespace: string;
  readonly directory: string;
}

/** Addresses inside the cluster's private network namespaces (RFC 5737: for documentation, routed nowhere). */
export const addresses = {
  controlPlane: '198.51.100.10',
  outside: '198.51.100.100',
  serviceCIDR: '10.96.0.0/16',
  firstService: '10.96.0.1',
  dns: '10.96.0.10',
  podCIDR: '10.244.0.0/16',
} as const;

export function instance(path: string = checkout, nodeCount = 1, name: string = clusterName): Instance {
  // No path has the separator in it.
  const origin = name === '' ? path : `${path}\0${name}`;
  const id = createHash('sha256').update(origin).digest('hex').slice(0, 8);
  const directory = join(cacheDirectory, 'clusters', id);
  const nodes = Array.from({ length: nodeCount }, (_, position) => clusterNode(id, directory, position + 1));
  return { id, directory, controlGroup: `hostedsite-${id}`, nodes };
}

function clusterNode(id: string, directory: string, index: number): ClusterNode {
  const name = `node${index}`;
  return {
    name,
    index,
    address: `198.51.100.${10 + index}`,
    podCIDR: `10.244.${index}.0/24`,
    networkNamespace: `hs${id}${name}`,
    directory: join(directory, 'nodes', name),
  };
}

/** The network namespaces beside those of the nodes. */
export function networkNamespaces(cluster: Instance): {
  bridge: string;
  controlPlane: string;
  outside: string;
} {
  return {
    bridge: `hs${cluster.id}bridge`,
    controlPlane: `hs${cluster.id}control`,
    outside: `hs${cluster.id}outside`,
  };
}
