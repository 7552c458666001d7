import { parseArgs } from 'node:util';
import { availableParallelism, loadavg } from 'node:os';
import { progress } from '../../e2e/cluster/command.ts';
import { installOperator } from '../../e2e/operator.ts';
import { beside, crowd, neighbours } from '../../e2e/support/availability/beside.ts';
import { happenings } from '../../e2e/support/availability/happenings.ts';
import { loudSite } from '../../e2e/support/availability/loud-site.ts';
import type { Measurement } from '../../e2e/support/availability/measurement.ts';
import { measured } from '../../e2e/support/availability/measurement.ts';
import { visitedSite } from '../../e2e/support/availability/visited-site.ts';
import { apply, kubectl } from '../../e2e/support/cluster.ts';
import type { Failure } from '../../e2e/support/load/summary.ts';
import { undisturbed } from '../../e2e/support/load/undisturbed.ts';
import { load } from '../../e2e/support/load.ts';
import { tookOnce } from '../../e2e/support/load/orders.ts';
import { neighbourTable, table } from './table.ts';

/**
 * What visitors notice of releases, of bad neighbours and the like, on the running test cluster:
 *
 *   node bench/site/main.ts [--only "a new image"] [--runs N] [--rate REQUESTS_A_SECOND]
 *
 * `--only` takes what holds this text in its name; bad neighbours must be asked for (`--only beside`). Prints a table; fails when a
 * request failed.
 */
const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    runs: { type: 'string', default: '1' },
    rate: { type: 'string', default: '40' },
  },
});
const namespace = 'bench-availability';

const isChosen = ({ name }: { name: string }): boolean => name.includes(values.only);

async function main(): Promise<void> {
  const startLoad = loadavg()[0];
  await installOperator();
  await kubectl(['delete', 'namespace', namespace, '--ignore-not-found', '--wait']);
  await apply('default', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  try {
    const [releases, neighbourly] = [await ofHappenings(), await ofNeighbours()];
    process.stdout.write(
      `\n${values.rate} requests a second, ${crowd.rate} beside a bad neighbour. Cores: ${availableParallelism()}. Load of the machine before: ${startLoad}.\n\n`,
    );
    if (releases.length > 0) process.stdout.write(`${table(releases)}\n`);
    if (neighbourly.length > 0) process.stdout.write(neighbourTable(neighbourly));
  } finally {
    await kubectl(['delete', 'namespace', namespace, '--wait=false']);
    await installOperator();
  }
}

async function ofHappenings(): Promise<Measurement[]> {
  const chosen = happenings.filter(isChosen);
  if (chosen.length === 0) return [];
  const site = await visitedSite(namespace, 'measured');
  const visitors = await load(site.host, { rate: Number(values.rate) });
  const measurements: Measurement[] = [];
  for (let run = 0; run < Number(values.runs); run += 1) {
    for (const happening of chosen) {
      progress(happening.name);
      measurements.push(await measured(happening, site, visitors));
    }
  }
  const all = await visitors.stop();
  // Also those of the time between two measurements.
  tellFailures(all.failed);
  await tookOnce(site.host, all);
  return measurements;
}

/** With a load of its own, see there. */
async function ofNeighbours(): Promise<Measurement[]> {
  const chosen = values.only === '' ? [] : neighbours.filter(isChosen);
  if (chosen.length === 0) return [];
  const [loud, quiet] = [await loudSite(namespace, 'loud'), await visitedSite(namespace, 'quiet')];
  const asBefore = await undisturbed();
  try {
    const visitors = await load(quiet.host, crowd);
    const measurements: Measurement[] = [];
    for (let run = 0; run < Number(values.runs); run += 1) {
      for (const neighbour of chosen) {
        progress(neighbour.name);
        measurements.push(await beside(neighbour, loud, visitors));
      }
    }
    tellFailures((await visitors.stop()).failed);
    return measurements;
  } finally {
    await asBefore();
  }
}

function tellFailures(failures: readonly Failure[]): void {
  for (const { at, kind, detail } of failures) process.stderr.write(`${at} ${kind}: ${detail}\n`);
  if (failures.length > 0) process.exitCode = 1;
}

await main();
