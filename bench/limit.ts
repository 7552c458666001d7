import { childrenOf, golden } from './children.ts';
import type { Child } from './children.ts';
import { BenchCluster, siteName } from './bench-cluster.ts';
import { images, operatorNamespace } from './site.ts';
import { percentile } from './statistics.ts';
import type { Settings } from './settings.ts';
import type { Figures } from './stage.ts';

/** Sites written at each concurrency, at least; with fewer the end, when some have nothing left, would count too much. */
const sitesAtLeast = 24;
const sitesPerLane = 2;

/**
 * What the API server can take: the very children of the golden file from a client that does nothing else, at rising
 * concurrency. First new, then each applied again with a change, then again without one.
 */
export async function limit({ concurrency }: Settings): Promise<Figures> {
  const figures: Figures = {};
  const sizes = concurrency.map((lanes) => Math.max(sitesAtLeast, lanes * sitesPerLane));
  const cluster = await BenchCluster.start(sizes.reduce((sum, size) => sum + size, 0));
  try {
    let first = 0;
    for (const [position, lanes] of concurrency.entries()) {
      const sites = Array.from({ length: sizes[position] ?? 0 }, (_, index) => siteName(first + index));
      first += sites.length;
      for (const [kind, image] of [
        ['new', images.mariadb],
        ['changed', images.varnish],
        ['unchanged', images.varnish],
      ] as const) {
        const jobs = sites.map((site) => content(site, image));
        const { rate, times } = await written(cluster, kind === 'new' ? jobs : jobs.map(onlyApplied), lanes);
        figures[`limit, ${kind}, ${lanes} at once, writes/s`] = rate;
        figures[`limit, ${kind}, ${lanes} at once, ms p50`] = percentile(times, 0.5);
        figures[`limit, ${kind}, ${lanes} at once, ms p99`] = percentile(times, 0.99);
      }
    }
  } finally {
    await cluster.stop();
  }
  return { ...figures, 'limit, best, writes/s': best(figures) };
}

/** The rate of the best concurrency for new children. */
function best(figures: Figures): number {
  const rates = Object.entries(figures).filter(([name]) => /^limit, new, .*writes\/s$/.test(name));
  return Math.max(...rates.map(([, rate]) => rate));
}

function content({ namespace, name }: { namespace: string; name: string }, image: string): Child[] {
  const values = { namespace, name, image, operatorNamespace, uid: '00000000-0000-4000-8000-000000000000' };
  return childrenOf(golden(), values);
}

/** A ControllerRevision follows the image in its name, so that it would be new. */
function onlyApplied(children: Child[]): Child[] {
  return children.filter(
    ({ write, manifest }) => write === 'apply' && manifest.kind !== 'ControllerRevision',
  );
}

async function written(
  { api }: BenchCluster,
  jobs: readonly Child[][],
  lanes: number,
): Promise<{ rate: number; times: number[] }> {
  const times: number[] = [];
  const left = jobs.values();
  const lane = async (): Promise<void> => {
    for (const children of left) {
      for (const { write, manifest } of children) {
        const startedAt = performance.now();
        await (write === 'apply' ? api.apply(manifest) : api.create(manifest));
        times.push(performance.now() - startedAt);
      }
    }
  };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: lanes }, lane));
  return { rate: (times.length / (performance.now() - startedAt)) * 1000, times };
}
