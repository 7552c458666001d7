import type { HostedSiteSpec } from '../kinds/hosted-site/hosted-site.ts';
import type { Manifest, OwnerReference } from '../components/component.ts';
import { World, operatorNamespace } from './world.ts';

export const copyName = 'site-secret-c53558d3ae705a2a12071a532c26efbc';
export const claims = ['data-shop-database-0', 'shop-files'];
export const owner: OwnerReference = {
  apiVersion: 'hostedsite.dev/v1alpha1',
  kind: 'HostedSite',
  name: 'shop',
  uid: 'site-uid',
};
export const oldFinalizer = 'hostedsite.dev/delete-data';
export const ofSomebodyElse = 'example.org/of-somebody-else';

/** A site with a database and files, in force. */
export async function inForce(spec: Partial<HostedSiteSpec> = {}): Promise<World> {
  const world = new World({ database: { engine: 'MariaDB' }, files: {}, ...spec });
  await world.bringUp();
  world.cluster.forgetRecords();
  return world;
}

/** Of the claims and of the Secret; and what its copy says. */
export async function owners({ cluster }: World): Promise<unknown[]> {
  const read = async (kind: 'PersistentVolumeClaim' | 'Secret', name: string): Promise<OwnerReference[]> =>
    (await cluster.read(kind, 'customer-a', name))?.metadata.ownerReferences ?? [];
  const [first = '', second = ''] = claims;
  return [
    await read('PersistentVolumeClaim', first),
    await read('PersistentVolumeClaim', second),
    await read('Secret', 'shop-database'),
    await goesWith(cluster),
  ];
}

export async function goesWith(cluster: World['cluster']): Promise<string | undefined> {
  const { annotations = {} } = (await cluster.metadata('Secret', operatorNamespace, copyName)) ?? {};
  return annotations['hostedsite.dev/goes-with'];
}

export const nobodys = [[], [], [], ''];
/** From the beginning: Kubernetes takes all of it. */
export const sites = [[owner], [owner], [owner], 'site-uid'];
/** Later: the operator takes the Secret, which it cannot change without reading it. */
export const later = [[owner], [owner], [], 'site-uid'];

/** Somebody deletes the site, and it stays for a while. */
export function ending({ cluster }: World, finalizers: string[]): void {
  cluster.edit('HostedSite', 'customer-a', 'shop', ({ metadata }) => {
    metadata.deletionTimestamp = '2030-01-01T13:00:00Z';
    metadata.finalizers = finalizers;
  });
}

export function writes({ cluster }: World): string[] {
  return cluster.writes.map(({ verb, kind, name }) => `${verb} ${kind}/${name}`);
}

/** As it is at the API server, whatever the caches say. */
export function reallyIs({ cluster }: World, change: (site: Manifest) => Manifest): void {
  const { read } = cluster;
  cluster.read = async (kind, namespace, name) => {
    const live = await read.call(cluster, kind, namespace, name);
    return kind === 'HostedSite' && live ? change(live) : live;
  };
}

/** Somebody acts just after so many claims were written. */
export function onceClaimsAreWritten({ cluster }: World, count: number, act: () => void): void {
  const { merge } = cluster;
  let left = count;
  cluster.merge = async (object, options) => {
    const answer = await merge.call(cluster, object, options);
    if (object.kind === 'PersistentVolumeClaim') {
      left -= 1;
      if (left === 0) act();
    }
    return answer;
  };
}
