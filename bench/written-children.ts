import { components } from '../operator/components/index.ts';
import type { HostedSite } from '../operator/kinds/hosted-site/hosted-site.ts';
import { MemoryCluster } from '../operator/testing/memory/memory-cluster.ts';
import type { Write } from '../operator/testing/memory/memory-cluster.ts';
import { silentLog } from '../operator/observability/logger.ts';
import { appliedHashAnnotation } from '../operator/objects/labels.ts';
import { reconcileSite } from '../operator/sites/reconcile-site.ts';
import { defaultNetwork } from '../operator/sites/network-settings.ts';
import { defaultSizes } from '../operator/components/sizes.ts';
import type { SiteContext } from '../operator/sites/context.ts';
import type { Child, Golden, KubernetesObject } from './children.ts';
import { classes, images, siteSpec } from './site.ts';

const namespace = '{{namespace}}';
const name = '{{name}}';
const now = new Date('2030-01-01T12:00:00Z');

/**
 * Content of the golden file, from what the operator really writes for the bench's site: passes in memory over a site whose
 * name, namespace, UID and image are placeholders.
 */
export async function writtenChildren(): Promise<Golden> {
  return { children: children(await writes()) };
}

/** Everything that is written until a pass writes nothing new. */
async function writes(): Promise<readonly Write[]> {
  const cluster = new MemoryCluster(() => now, '{{operatorNamespace}}');
  const site: HostedSite = {
    apiVersion: 'hostedsite.dev/v1alpha1',
    kind: 'HostedSite',
    metadata: { name, namespace, uid: '{{uid}}', generation: 1 },
    spec: siteSpec(name, '{{image}}'),
  };
  cluster.seed(
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, uid: 'namespace-uid' } },
    site,
    ...classes.map((one) => structuredClone(one) as unknown as KubernetesObject),
  );
  const context: SiteContext = {
    cluster,
    components,
    settings: { sizes: defaultSizes, images, network: defaultNetwork },
    operatorNamespace: '{{operatorNamespace}}',
    now: () => now,
    evenFor: () => 0,
    log: silentLog,
    heldSince: new Map(),
    answers: new Map(),
    searches: new Map(),
    readings: new Map(),
    notices: new Map(),
    marked: new Set(),
    randomText: (bytes) => 'x'.repeat(Math.ceil((bytes * 4) / 3)),
  };
  for (let passes = 0; passes < 20; passes += 1) {
    const before = cluster.writes.length;
    await reconcileSite(`${namespace}/${name}`, context);
    if (cluster.writes.length === before) return cluster.writes;
  }
  throw new Error('the site is still written after 20 passes');
}

/** Each object once, where it is written first; dry runs and the status are no children. */
function children(all: readonly Write[]): Child[] {
  const found = new Map<string, Child>();
  for (const { verb, options, object } of all) {
    const isDryRun = 'dryRun' in options && options.dryRun;
    if (object === undefined || isDryRun || (verb !== 'create' && verb !== 'apply')) continue;
    const manifest = structuredClone(object) as KubernetesObject;
    const id = `${manifest.kind}/${manifest.metadata.namespace}/${manifest.metadata.name}`;
    if (!found.has(id)) found.set(id, { write: verb === 'create' ? 'createOnce' : 'apply', manifest });
  }
  return generalized([...found.values()]);
}

/** Puts placeholders where a content's hash or a namespace's UID went into a name or a field. */
function generalized(found: readonly Child[]): Child[] {
  const revision = found.find(({ manifest }) => manifest.kind === 'ControllerRevision')?.manifest;
  if (revision === undefined) throw new Error('the operator wrote no ControllerRevision');
  const { inputs } = revision['data'] as { inputs: string };
  return found.map(({ write, manifest }) => {
    const annotations = manifest.metadata['annotations'] as Record<string, string> | undefined;
    if (annotations?.[appliedHashAnnotation] !== undefined) annotations[appliedHashAnnotation] = '{{hash}}';
    const source = annotations?.['hostedsite.dev/copy-of']?.split('/').at(-1);
    if (source !== undefined) manifest.metadata.name = `site-secret-${namespace}-${source}`;
    if (manifest.kind === 'ConfigMap' && write === 'createOnce')
      manifest.metadata.name = `host-${namespace}-${name}`;
    const text = JSON.stringify(manifest)
      .replaceAll(revision.metadata.name, `${name}-web-{{revision}}`)
      .replaceAll(inputs, '{{inputs}}');
    return { write, manifest: JSON.parse(text) as KubernetesObject };
  });
}
