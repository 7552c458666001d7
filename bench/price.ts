import { childrenOf, golden } from './children.ts';
import type { KubernetesObject } from './children.ts';
import { BenchCluster, siteName } from './bench-cluster.ts';
import { processorSeconds } from './process-facts.ts';
import { operatorNamespace, siteSpec } from './site.ts';

/**
 * What one write of each sort costs API server and etcd, in milliseconds of a processor, with nothing else under way:
 *
 *   node bench/price.ts
 */

const warmUp = 20;
const count = 300;
const image = 'registry.example.org/shop:1';

async function main(): Promise<void> {
  const cluster = await BenchCluster.start(1);
  try {
    const { api } = cluster;
    const { namespace, name } = siteName(0);
    const site = await api.create({ ...named('HostedSite', namespace, name), spec: siteSpec(name, image) });
    const uid = String(site.metadata['uid']);
    const children = childrenOf(golden(), { name, namespace, uid, image, operatorNamespace });
    for (const { manifest } of children) await api.apply(manifest);
    const child = (kind: string, metadata: object = {}, rest: object = {}): KubernetesObject => {
      const found = children.find(({ manifest }) => manifest.kind === kind)?.manifest;
      if (found === undefined) throw new Error(`the golden file has no ${kind}`);
      return { ...found, ...rest, metadata: { ...found.metadata, ...metadata } };
    };
    const deployment = child('Deployment');
    const { name: revision } = child('ControllerRevision').metadata;
    const rows: Record<string, (round: number) => Promise<unknown>> = {
      'apply, changed Deployment': (round) =>
        api.apply(withImage(deployment, `registry.example.org/shop:${round}`)),
      'apply, changed Service': (round) =>
        api.apply(child('Service', { annotations: { round: `${round}` } })),
      'apply, new ControllerRevision': (round) =>
        api.apply(child('ControllerRevision', { name: `${revision}-a${round}` })),
      'create, new ControllerRevision': (round) =>
        api.create(child('ControllerRevision', { name: `${revision}-c${round}` })),
      'apply, marked ControllerRevision': (round) =>
        api.apply(child('ControllerRevision', { annotations: { round: `${round}` } })),
      'apply, status of a site': (round) =>
        api.apply({ ...named('HostedSite', namespace, name), status: status(round) }, '/status'),
      'merge patch, status of a site': (round) =>
        api.patch(named('HostedSite', namespace, name), { status: status(round) }, '/status'),
    };
    const used = (): number => processorSeconds(cluster.pids.apiServer) + processorSeconds(cluster.pids.etcd);
    process.stdout.write('| Write | processor, ms |\n| --- | ---: |\n');
    for (const [title, write] of Object.entries(rows)) {
      process.stdout.write(`| ${title} | ${(await price(write, used)).toFixed(1)} |\n`);
    }
  } finally {
    await cluster.stop();
  }
}

/** Milliseconds of a processor for one. */
async function price(write: (round: number) => Promise<unknown>, used: () => number): Promise<number> {
  for (let round = 0; round < warmUp; round += 1) await write(round);
  const before = used();
  for (let round = warmUp; round < warmUp + count; round += 1) await write(round);
  return ((used() - before) * 1000) / count;
}

function named(kind: 'HostedSite', namespace: string, name: string): KubernetesObject {
  return { apiVersion: 'hostedsite.dev/v1alpha1', kind, metadata: { namespace, name } };
}

function withImage(deployment: KubernetesObject, to: string): KubernetesObject {
  return JSON.parse(JSON.stringify(deployment).replaceAll(image, to)) as KubernetesObject;
}

/** As long as that of a site that serves. */
function status(round: number): object {
  const types = ['Ready', 'Available', 'Files', 'Database', 'Cache', 'Web', 'Route', 'Network'];
  const conditions = types.map((type) => ({
    type,
    status: 'True',
    reason: 'Serving',
    message: `The spec is in force and the site serves, round ${round}.`,
    lastTransitionTime: '2030-01-01T00:00:00Z',
  }));
  return { observedGeneration: 1, conditions };
}

await main();
