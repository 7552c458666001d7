import { difference } from './api-requests.ts';
import type { BenchCluster } from './bench-cluster.ts';
import { siteName } from './bench-cluster.ts';
import { sum } from './samples.ts';
import { operatorNamespace } from './site.ts';
import { edited } from './steady.ts';
import type { Figures, Stage } from './stage.ts';

const mega = 2 ** 20;

/** The process stops and starts with everything there. */
export async function coldStart(stage: Stage): Promise<Figures> {
  const { cluster, settings } = stage;
  await stage.operator.stop();
  const before = await cluster.requests();
  stage.operator = await stage.another();
  await stage.operator.drained(settings.sites);
  const seconds = (performance.now() - stage.operator.startedAt) / 1000;
  const { lists } = difference(await cluster.requests(), before);
  return {
    'cold start, s until every site was looked at': seconds,
    'cold start, operator CPU s': stage.operator.facts().processor,
    'cold start, LIST requests': lists,
    'cold start, MB': stage.operator.facts().resident / mega,
    'cold start, MB at most': stage.operator.facts().peak / mega,
  };
}

/** The leader ends, by request and by force; an edit waits for the next one. */
export async function handOver(stage: Stage): Promise<Figures> {
  const figures: Figures = {};
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    const standby = await stage.another();
    await standby.up();
    await stage.operator.stop(signal);
    figures[`hand-over, ms after ${signal}`] = await edited(stage, siteName(0));
    stage.operator = standby;
  }
  return figures;
}

/** Objects of nobody: a start among them must cost no more memory, and the operator must not hear of them. */
export async function wide(stage: Stage): Promise<Figures> {
  const before = await fresh(stage);
  await createForeign(stage.cluster, stage.settings.foreign);
  const after = await fresh(stage);
  return {
    'wide, MB more': (after.resident - before.resident) / mega,
    'wide, kB more received': (after.received - before.received) / 1024,
  };
}

/** Two starts with the same content differ in memory by tens of MB; what they receive does not depend on chance. */
async function fresh(stage: Stage): Promise<{ resident: number; received: number }> {
  await stage.operator.stop();
  stage.operator = await stage.another();
  await stage.operator.drained(stage.settings.sites);
  const received = sum(await stage.operator.metrics(), 'hostedsite_watch_received_bytes_total');
  return { resident: stage.operator.facts().resident, received };
}

async function createForeign({ api }: BenchCluster, count: number): Promise<void> {
  const kinds = ['ConfigMap', 'Secret', 'Service'] as const;
  const numbers = Array.from({ length: count }, (_, index) => index).values();
  const lane = async (): Promise<void> => {
    for (const index of numbers) {
      const kind = kinds[index % kinds.length] ?? 'ConfigMap';
      const metadata = { name: `foreign-${index}`, namespace: operatorNamespace };
      const content =
        kind === 'Service' ? { spec: { clusterIP: 'None', selector: { a: 'b' } } } : { data: {} };
      await api.create({ apiVersion: 'v1', kind, metadata, ...content });
    }
  };
  await Promise.all(Array.from({ length: 32 }, lane));
}
