import { allWrites, difference } from './api-requests.ts';
import type { KubernetesObject } from './children.ts';
import { golden } from './children.ts';
import { siteName } from './bench-cluster.ts';
import { isReady } from './sightings.ts';
import type { Place } from './sightings.ts';
import { siteSpec } from './site.ts';
import { times } from './stage.ts';
import type { Figures, Stage } from './stage.ts';

/** Of the bench's own creations. */
const atOnce = 32;

/** All sites at once, then everything Ready: how fast, and with how many requests. */
export async function burst(stage: Stage): Promise<Figures> {
  const { cluster, sightings, settings } = stage;
  const sites = Array.from({ length: settings.sites }, (_, index) => siteName(index));
  const before = { requests: await cluster.requests(), processor: stage.processor() };
  const startedAt = performance.now();
  // The Ingress is what is written last for a site.
  const lasts = sites.map((site) => sightings.until('Ingress', site));
  const createdAt = await created(sites, stage);
  const lastAt = await Promise.all(lasts);
  const seconds = (Math.max(...lastAt) - startedAt) / 1000;
  const after = stage.processor();
  await stage.startWorld();
  const readyFrom = performance.now();
  await Promise.all(sites.map((site) => sightings.until('HostedSite', site, isReady)));
  const readySeconds = (performance.now() - readyFrom) / 1000;
  await stage.operator.drained(0);
  const done = difference(await cluster.requests(), before.requests);
  await mustBeWhole(stage);
  const each = settings.sites;
  return {
    'burst, sites/s': each / seconds,
    'burst, children written/s': (each * golden().children.length) / seconds,
    ...times(
      'burst, ms from site to last child',
      lastAt.map((at, index) => at - (createdAt[index] ?? NaN)),
    ),
    'burst, operator CPU ms per site': ((after.operator - before.processor.operator) * 1000) / each,
    'burst, API server and etcd CPU ms per site': ((after.server - before.processor.server) * 1000) / each,
    'burst, s until all are Ready afterwards': readySeconds,
    'writes per site until Ready': allWrites(done) / each,
    'of these, status': (done.writes.get('hostedsites') ?? 0) / each,
    'of these, Events': (done.writes.get('events') ?? 0) / each,
    'dry runs per site': done.dryRuns / each,
    'reads per site': (done.gets + done.lists) / each,
  };
}

/** Moments at which the API server had each site. */
async function created(sites: readonly Place[], { cluster }: Stage): Promise<number[]> {
  const at: number[] = [];
  const entries = sites.entries();
  const worker = async (): Promise<void> => {
    for (const [index, { namespace, name }] of entries) {
      await cluster.api.create(site(namespace, name));
      at[index] = performance.now();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return at;
}

function site(namespace: string, name: string): KubernetesObject {
  return {
    apiVersion: 'hostedsite.dev/v1alpha1',
    kind: 'HostedSite',
    metadata: { namespace, name },
    spec: siteSpec(name, 'registry.example.org/shop:1'),
  };
}

/** A subject that wrote less than all children has measured nothing. */
async function mustBeWhole({ cluster, settings }: Stage): Promise<void> {
  const wanted = new Map<string, number>();
  for (const { manifest } of golden().children)
    wanted.set(manifest.kind, (wanted.get(manifest.kind) ?? 0) + 1);
  for (const [kind, perSite] of wanted) {
    const there = await cluster.api.count(kind, 'app.kubernetes.io/managed-by=hostedsite');
    if (there !== perSite * settings.sites) {
      throw new Error(`${there} of kind ${kind} are there, ${perSite * settings.sites} were expected`);
    }
  }
}
