import { parseArgs } from 'node:util';
import { availableParallelism, loadavg } from 'node:os';
import { progress } from '../../e2e/cluster/command.ts';
import { installOperator } from '../../e2e/operator.ts';
import { happenings } from '../../e2e/support/availability/happenings.ts';
import type { Measurement } from '../../e2e/support/availability/measurement.ts';
import { measured } from '../../e2e/support/availability/measurement.ts';
import { visitedSite } from '../../e2e/support/availability/visited-site.ts';
import { apply, kubectl } from '../../e2e/support/cluster.ts';
import type { Failure } from '../../e2e/support/load/summary.ts';
import { load } from '../../e2e/support/load.ts';
import { tookOnce } from '../../e2e/support/load/orders.ts';
import { table } from './table.ts';

/**
 * What visitors notice of releases and the like, on the running test cluster:
 *
 *   node bench/site/main.ts [--only "a new image"] [--runs N] [--rate REQUESTS_A_SECOND]
 *
 * `--only` takes the happenings whose names hold this text. Prints a table; fails when a request failed.
 */
const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    runs: { type: 'string', default: '1' },
    rate: { type: 'string', default: '40' },
  },
});
const namespace = 'bench-availability';

async function main(): Promise<void> {
  const chosen = happenings.filter(({ name }) => name.includes(values.only));
  const startLoad = loadavg()[0];
  await installOperator();
  await kubectl(['delete', 'namespace', namespace, '--ignore-not-found', '--wait']);
  await apply('default', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  try {
    const measurements = await measurementsOf(chosen);
    process.stdout.write(
      `\n${values.rate} requests a second. Cores: ${availableParallelism()}. Load of the machine before: ${startLoad}.\n\n`,
    );
    process.stdout.write(table(measurements));
    tellFailures(measurements.flatMap(({ before, during }) => [...before.failed, ...during.failed]));
  } finally {
    await kubectl(['delete', 'namespace', namespace, '--wait=false']);
    await installOperator();
  }
}

async function measurementsOf(chosen: typeof happenings): Promise<Measurement[]> {
  const site = await visitedSite(namespace, 'measured');
  const visitors = await load(site.host, { rate: Number(values.rate) });
  const measurements: Measurement[] = [];
  for (let run = 0; run < Number(values.runs); run += 1) {
    for (const happening of chosen) {
      progress(happening.name);
      measurements.push(await measured(happening, site, visitors));
    }
  }
  await tookOnce(site.host, await visitors.stop());
  return measurements;
}

function tellFailures(failures: readonly Failure[]): void {
  for (const { at, kind, detail } of failures) process.stderr.write(`${at} ${kind}: ${detail}\n`);
  if (failures.length > 0) process.exitCode = 1;
}

await main();
