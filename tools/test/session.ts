import { clusterVariable } from '../../e2e/cluster/instance.ts';
import { failures } from './failures.ts';
import { Outlets } from './outlets.ts';
import type { Lane, Outcome, Part, Row, Thing } from './part.ts';
import { busyBetween, ticks } from './processors.ts';
import type { Run, RunOptions } from './run.ts';
import { slowTests } from './slow-tests.ts';
import { tallied } from './tally.ts';

export interface SessionOptions {
  readonly run: (command: readonly string[], options: RunOptions) => Promise<Run>;
  /** Milliseconds. */
  readonly silence: number;
  readonly write: (text: string) => void;
  readonly interrupted: AbortSignal;
}

/** Every row in turn, the lanes of a row at once, the parts of a lane in turn, each whatever the others said. */
export async function session(rows: readonly Row[], options: SessionOptions): Promise<Outcome[]> {
  const missing = new Set<Thing>();
  const outcomes: Outcome[] = [];
  for (const row of rows) {
    const outlets = new Outlets(options.write);
    // The first part of each lane opens its outlet before any of them speaks.
    const lanes = row.map((lane) => tryLane(lane, missing, outlets, options));
    outcomes.push(...(await Promise.all(lanes)).flat());
  }
  return outcomes;
}

async function tryLane(
  lane: Lane,
  missing: Set<Thing>,
  outlets: Outlets,
  options: SessionOptions,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const part of lane) {
    const outcome = await tryPart(part, reasonAgainst(part, missing, options), outlets, options);
    if (outcome.failed > 0 && part.gives !== undefined) missing.add(part.gives);
    outcomes.push(outcome);
  }
  return outcomes;
}

function reasonAgainst(
  { needs = [], afterwards }: Part,
  missing: ReadonlySet<Thing>,
  { interrupted }: SessionOptions,
): string | undefined {
  if (afterwards === true) return undefined;
  if (interrupted.aborted) return 'not tried, the run was interrupted';
  const lacking = needs.filter((thing) => missing.has(thing));
  return lacking.length === 0 ? undefined : `not tried, for lack of: ${lacking.join(', ')}`;
}

async function tryPart(
  part: Part,
  against: string | undefined,
  outlets: Outlets,
  { run, silence, write: _write, interrupted }: SessionOptions,
): Promise<Outcome> {
  const { name, command, counts, afterwards, cluster } = part;
  const nothing = { name, failures: [], slow: [], milliseconds: 0, busy: undefined };
  if (against !== undefined) return { ...nothing, passed: 0, failed: 1, trouble: against };
  const { tell, close } = outlets.open();
  tell(`\n=== ${name}\n`);
  const [began, before] = [Date.now(), ticks()];
  const untouched = new AbortController().signal;
  const ended = await run(command, {
    silence,
    tell,
    ...(cluster !== undefined && { env: { [clusterVariable]: cluster } }),
    // What cleans up has to come to its end.
    interrupted: afterwards === true ? untouched : interrupted,
  }).catch((error: unknown): Run => ({ code: 1, output: '', trouble: String(error) }));
  close();
  return {
    ...nothing,
    ...tallied(counts, ended.trouble === undefined ? ended.code : 1, ended.output),
    ...(ended.trouble !== undefined && { trouble: ended.trouble }),
    ...(counts === 'mocha' && { failures: failures(ended.output), slow: slowTests(ended.output) }),
    milliseconds: Date.now() - began,
    busy: busyBetween(before, ticks()),
  };
}
