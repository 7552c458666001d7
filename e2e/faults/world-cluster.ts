import { readFileSync, readdirSync } from 'node:fs';
import type { Manifest } from '../../operator/components/component.ts';
import { until } from '../cluster/command.ts';
import { definitions } from '../cluster/modules.ts';
import type { ControlPlane } from '../control-plane/control-plane.ts';
import { AdminApi } from './world-api.ts';
import { pathOf } from './world-feed.ts';
import type { FeedKind } from './world-feed.ts';
import { readDocuments, readYAML } from '../../operator/api/yaml.ts';

/** Names of what every cluster has before sites come to it. */
export const storageClass = 'faults';
export const ingressClass = 'faults';

/**
 * Makes a control plane that was started without controllers a place for sites: the CRD, a StorageClass and an
 * IngressClass, and then the controllers. In this order, because the garbage collector takes up to half a minute to
 * learn of a kind that comes later.
 */
export async function prepareCluster(plane: Pick<ControlPlane, 'admin' | 'run'>): Promise<void> {
  const api = await AdminApi.of(plane);
  try {
    for (const one of [...ownKinds(), ...(await kindsOfOthers())]) await put(api, crds, one);
    await put(api, '/apis/storage.k8s.io/v1/storageclasses', {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: {
        name: storageClass,
        annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' },
      },
      provisioner: 'faults.hostedsite.dev',
      allowVolumeExpansion: true,
    });
    await put(api, '/apis/networking.k8s.io/v1/ingressclasses', {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'IngressClass',
      metadata: {
        name: ingressClass,
        annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' },
      },
      spec: { controller: 'faults.hostedsite.dev/none' },
    });
    await served(api, 'hostedsites.hostedsite.dev', 'HostedSite');
    await served(api, 'sitetasks.hostedsite.dev', 'SiteTask');
    await served(api, 'httproutes.gateway.networking.k8s.io', 'HTTPRoute');
    await served(api, 'certificates.cert-manager.io', 'Certificate');
  } finally {
    await api.close();
  }
  plane.run('kube-controller-manager');
}

function ownKinds(): Manifest[] {
  const directory = new URL('../../crds/', import.meta.url);
  const files = readdirSync(directory).filter((name) => name.endsWith('.yaml'));
  return files.map((name) => readYAML(readFileSync(new URL(name, directory), 'utf8')) as Manifest);
}

/** Those of the Gateway API and of cert-manager that sites are published by. */
async function kindsOfOthers(): Promise<Manifest[]> {
  const texts = await Promise.all([definitions('gatewayApi'), definitions('certManager')]);
  const all = texts.flatMap((text) => readDocuments(text) as Manifest[]);
  return all.filter((one) => one !== null).filter(({ metadata }) => wanted.has(metadata.name));
}

const wanted: ReadonlySet<string> = new Set([
  'httproutes.gateway.networking.k8s.io',
  'certificates.cert-manager.io',
]);

const crds = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

async function put(api: AdminApi, collection: string, object: Manifest): Promise<void> {
  await api.request({
    method: 'PATCH',
    path: `${collection}/${object.metadata.name}`,
    query: { fieldManager: 'rig', force: 'true' },
    body: object,
    contentType: 'application/apply-patch+yaml',
    idempotent: true,
  });
}

/** Established is told before the storage of the kind is ready. */
async function served(api: AdminApi, name: string, kind: FeedKind): Promise<void> {
  await until(`${kind} is served`, 30, async () => {
    const crd = await api.request({ method: 'GET', path: `${crds}/${name}`, idempotent: true });
    const { conditions = [] } =
      (crd as { status?: { conditions?: { type: string; status: string }[] } }).status ?? {};
    if (!conditions.some(({ type, status }) => type === 'Established' && status === 'True')) return undefined;
    await api.request({ method: 'GET', path: pathOf(kind), idempotent: true });
    return true;
  });
}
