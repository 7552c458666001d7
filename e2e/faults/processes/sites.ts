import { isDeepStrictEqual } from 'node:util';
import { NotFound } from '../../../operator/kube/errors.ts';
import { until } from '../../cluster/command.ts';
import type { Stage } from './stage.ts';

/** Sites of a stage: what people do with them, and whether the cluster is as they say. */

export interface SiteSpec {
  image: string;
  hosts: readonly string[];
  replicas: number;
  deletionPolicy?: 'Delete';
}

interface Thing {
  metadata: { name: string; uid: string; generation: number; ownerReferences?: { uid: string }[] };
}

interface SiteThing extends Thing {
  spec: SiteSpec;
  status?: { observedGeneration?: number };
}

interface DeploymentThing extends Thing {
  spec: { replicas: number; template: { spec: { containers: { image: string }[] } } };
}

interface IngressThing extends Thing {
  spec: { rules: { host: string }[] };
}

const pathIn = (namespace: string): string =>
  `/apis/hostedsite.dev/v1alpha1/namespaces/${namespace}/hostedsites`;
export const sitesPath = pathIn('sites');
export const deploymentsPath = '/apis/apps/v1/namespaces/sites/deployments';
export const ingressesPath = '/apis/networking.k8s.io/v1/namespaces/sites/ingresses';
const servicesPath = '/api/v1/namespaces/sites/services';
const accountsPath = '/api/v1/namespaces/sites/serviceaccounts';

export function siteNames(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, at) => `${prefix}-${at + 1}`);
}

/** A Generic site with a cache and without anything that needs a disk. */
export async function create(
  stage: Stage,
  name: string,
  more: Partial<SiteSpec> = {},
  namespace = 'sites',
): Promise<void> {
  const spec = { image: image(1), hosts: [`${name}.example`], replicas: 1, ...more };
  await stage.ask('POST', pathIn(namespace), {
    apiVersion: 'hostedsite.dev/v1alpha1',
    kind: 'HostedSite',
    metadata: { name },
    spec,
  });
}

export async function edit(
  stage: Stage,
  name: string,
  spec: Partial<SiteSpec>,
  namespace = 'sites',
): Promise<void> {
  await stage.ask('PATCH', `${pathIn(namespace)}/${name}`, { spec });
}

export async function remove(stage: Stage, name: string): Promise<void> {
  await stage.ask('DELETE', `${sitesPath}/${name}`);
}

/** The image of a release of a site. */
export function image(release: number): string {
  return `registry.example.org/shop:${release}`;
}

/** What is not as the sites' specs say, in words; empty when all is carried out. */
export async function undone(stage: Stage): Promise<string[]> {
  const list = async <T>(path: string): Promise<Map<string, T & Thing>> => {
    const { items } = (await stage.ask('GET', path)) as { items: (T & Thing)[] };
    return new Map(items.map((item) => [item.metadata.name, item]));
  };
  // The sites first: what is changed later is not held against what was read earlier.
  const sites = await list<SiteThing>(sitesPath);
  const [deployments, ingresses, services, accounts] = await Promise.all([
    list<DeploymentThing>(deploymentsPath),
    list<IngressThing>(ingressesPath),
    list(servicesPath),
    list(accountsPath),
  ]);
  return [...sites.values()].flatMap((site) => {
    const web = `${site.metadata.name}-web`;
    const faults = [
      ...deploymentFaults(site, deployments.get(web)),
      ...ingressFaults(site, ingresses.get(site.metadata.name)),
      ...(services.has(web) ? [] : ['no Service']),
      ...(accounts.has(web) ? [] : ['no ServiceAccount']),
      ...(site.status?.observedGeneration === site.metadata.generation ? [] : ['status of an older spec']),
    ];
    return faults.map((fault) => `${site.metadata.name}: ${fault}`);
  });
}

/** Milliseconds from now until every site is as its spec says. */
export async function carriedOut(stage: Stage, seconds: number): Promise<number> {
  const began = Date.now();
  let left: string[] = [];
  const done = until('every site is as its spec says', seconds, async () => {
    left = await undone(stage);
    return left.length === 0 ? true : undefined;
  });
  await done.catch((error: unknown) => {
    throw new Error(`${String(error)}: ${left.slice(0, 10).join('; ')} (${left.length} in all)`);
  });
  return Date.now() - began;
}

/** Resolves when no site of these names exists any more. */
export async function gone(stage: Stage, names: readonly string[], seconds: number): Promise<void> {
  for (const name of names) {
    await until(`${name} is gone`, seconds, () =>
      stage.ask('GET', `${sitesPath}/${name}`).then(
        () => undefined,
        (error: unknown) => (error instanceof NotFound ? true : undefined),
      ),
    );
  }
}

function deploymentFaults({ metadata, spec }: SiteThing, found: DeploymentThing | undefined): string[] {
  if (found === undefined) return ['no Deployment'];
  const { replicas, template } = found.spec;
  const faults = [];
  if (found.metadata.ownerReferences?.[0]?.uid !== metadata.uid) faults.push("another site's Deployment");
  if (replicas !== spec.replicas) faults.push(`${replicas} replicas instead of ${spec.replicas}`);
  const running = template.spec.containers[0]?.image;
  if (running !== spec.image) faults.push(`${running} instead of ${spec.image}`);
  return faults;
}

function ingressFaults({ spec }: SiteThing, found: IngressThing | undefined): string[] {
  if (found === undefined) return ['no Ingress'];
  const hosts = found.spec.rules.map(({ host }) => host);
  return isDeepStrictEqual(hosts, spec.hosts) ? [] : [`Ingress for ${hosts.join()}`];
}
