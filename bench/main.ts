import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { progress } from '../e2e/cluster/command.ts';
import { checkout } from '../e2e/cluster/instance.ts';
import { burst } from './burst.ts';
import { BenchCluster } from './bench-cluster.ts';
import { coldStart, handOver, wide } from './lifetime.ts';
import { limit } from './limit.ts';
import { brokenFloors, residentFigure, table } from './report.ts';
import type { Results, Run } from './report.ts';
import { settings } from './settings.ts';
import type { Settings } from './settings.ts';
import { Stage } from './stage.ts';
import type { Figures } from './stage.ts';
import { churn, drift, idle } from './steady.ts';
import { builtSubjects } from './subjects.ts';
import type { Subject } from './subjects.ts';

/**
 * What the operator costs, beside the same thing in Go:
 *
 *   node bench/main.ts [--quick] [--sites N] [--runs N] [--only burst,idle,…] [--foreign N]
 *                      [--idle SECONDS] [--profile DIRECTORY] [--alone]
 *
 * Prints a table and keeps it in bench-results/; fails when a floor is broken.
 */

const mega = 2 ** 20;

async function main(): Promise<void> {
  const told = settings(process.argv.slice(2));
  const [ours, peer] = await builtSubjects({ profile: told.profile });
  const startLoad = loadavg()[0];
  const limits = told.only.has('limit') ? await limit(told) : {};
  const runs: Run[] = [];
  for (let round = 0; round < told.runs; round += 1) {
    // A B B A: what slowly changes on the machine meets both alike.
    const both = round % 2 === 0 ? [ours, peer] : [peer, ours];
    for (const subject of told.alone ? [ours] : both) {
      progress(`run ${runs.length + 1} of ${told.runs * (told.alone ? 1 : 2)}: ${subject.name}`);
      runs.push({ subject: subject.name, figures: await run(subject, told) });
    }
  }
  const about = {
    Date: new Date().toISOString().slice(0, 10),
    Command: `\`${['node bench/main.ts', ...process.argv.slice(2)].join(' ')}\``,
    Sites: String(told.sites),
    'runs of each': String(told.runs),
    machine: `${availableParallelism()} × ${cpus()[0]?.model.trim() ?? 'unknown'}`,
    'load before': String(startLoad),
    Node: process.version,
  };
  report({ about, limit: limits, runs });
}

/** One subject on fresh ground, everything that is asked for one after the other. */
async function run(subject: Subject, told: Settings): Promise<Figures> {
  const cluster = await BenchCluster.start(told.sites);
  try {
    const stage = await Stage.open(cluster, subject, told);
    try {
      return await measured(stage);
    } finally {
      await stage.close();
    }
  } finally {
    await cluster.stop();
  }
}

async function measured(stage: Stage): Promise<Figures> {
  const figures: Figures = { 'memory, MB without sites': stage.operator.facts().resident / mega };
  const add = async (name: string, measure: (stage: Stage) => Promise<Figures>): Promise<void> => {
    if (!stage.settings.only.has(name)) return;
    progress(`  ${name}`);
    Object.assign(figures, await measure(stage));
  };
  // Sites are what everything else is measured on.
  progress('  burst');
  const made = await burst(stage);
  if (stage.settings.only.has('burst')) Object.assign(figures, made);
  await add('idle', idle);
  const { resident, peak } = stage.operator.facts();
  Object.assign(figures, { [residentFigure]: resident / mega, 'memory, MB at most so far': peak / mega });
  await add('churn', churn);
  await add('drift', drift);
  await add('cold-start', coldStart);
  await add('hand-over', handOver);
  await add('wide', wide);
  return figures;
}

function report(results: Results): void {
  const text = table(results);
  const directory = join(checkout, 'bench-results');
  mkdirSync(directory, { recursive: true });
  const name = new Date().toISOString().replace(/[:.]/g, '-');
  writeFileSync(join(directory, `${name}.md`), text);
  writeFileSync(join(directory, `${name}.json`), `${JSON.stringify(results, undefined, 2)}\n`);
  process.stdout.write(text);
  const broken = brokenFloors(results);
  for (const sentence of broken) process.stderr.write(`floor broken: ${sentence}\n`);
  if (broken.length > 0) process.exitCode = 1;
}

await main();
