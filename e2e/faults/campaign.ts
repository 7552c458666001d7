import { ControlPlane } from '../control-plane/control-plane.ts';
import { differenceFromFresh } from './end-state.ts';
import { familyOf, points } from './families.ts';
import type { Family } from './families.ts';
import { planText } from './plan.ts';
import type { Plan } from './plan.ts';
import { report } from './report.ts';
import type { Report, Result } from './report.ts';
import { difference as rightsDifference, grant, granted } from './rights.ts';
import { play } from './run.ts';
import type { Reference, Rig } from './run.ts';
import { chosenOf, sample } from './sample.ts';
import { apply } from './scenarios-steps.ts';
import { scenarioOf, scenarios } from './scenarios.ts';
import type { Scenario } from './scenarios.ts';
import { World, prepareCluster } from './world.ts';

/** Which points are to be played. */
export interface Choice {
  /** How many; all without a number. */
  readonly sample: number | undefined;
  readonly seed: number;
  readonly families: readonly Family[];
  readonly scenarios: readonly string[];
  /** This one alone. */
  readonly plan: Plan | undefined;
}

export interface Outcome {
  readonly report: Report;
  readonly passed: number;
  readonly failed: number;
}

/** Runs that are played at the same time: enough to fill two cores. */
const parallel = 6;

/** So many scenarios are played more than once without faults when only a part of the points is played: a sample takes no longer for each new scenario. */
const again = 28;

/** First every scenario without faults, which shows where faults can be put and what must come out; then the points. */
export class Campaign {
  readonly #rig: Rig;
  readonly #tell: (line: string) => void;
  readonly #references = new Map<string, Reference>();
  readonly #own: string[] = [];
  #passed = 0;

  private constructor(rig: Rig, tell: (line: string) => void) {
    this.#rig = rig;
    this.#tell = tell;
    // Of the operators that run in this process, and of the rig itself: neither may have one.
    process.on('unhandledRejection', (reason) => this.#fail('nothing is left unhandled', [String(reason)]));
  }

  static async begin(tell: (line: string) => void): Promise<Campaign> {
    const plane = await ControlPlane.start({ controllers: false });
    const world = await prepared(plane).catch(async (error: unknown) => {
      await plane.stop();
      throw error;
    });
    let number = 0;
    const rig: Rig = {
      plane,
      world,
      name: () => `f${(number += 1)}`,
      grant: (namespace) => grant(plane, namespace),
    };
    return new Campaign(rig, tell);
  }

  async end(): Promise<void> {
    try {
      await this.#rig.world.stop();
    } finally {
      await this.#rig.plane.stop();
    }
  }

  async run(choice: Choice): Promise<Outcome> {
    const startedAt = Date.now();
    const { plan, seed } = choice;
    const names = plan === undefined ? choice.scenarios : [plan.scenario];
    const twice = new Set(choice.sample === undefined ? names : chosenOf(names, again, seed));
    await inParallel(names, (name) => this.#learn(name, twice.has(name)));
    if (plan === undefined && names.length === scenarios.length) await this.#rights();
    const known = this.#points(choice);
    const chosen =
      plan === undefined ? sample(known, choice.sample, seed) : [{ family: familyOf(plan), plan }];
    this.#tell(`${chosen.length} of ${total(known)} points, seed ${seed}`);
    const results: Result[] = [];
    await inParallel(chosen, async (point) => void results.push(await this.#try(point.family, point.plan)));
    const counts = new Map([...known].map(([family, list]) => [family as Family, list.length]));
    const told = report({ seed, points: counts, results, milliseconds: Date.now() - startedAt });
    for (const [name, row] of Object.entries(told.families))
      this.#tell(
        `${name} ${row.what}: ${row.points} points, ${row.planned} tried, ${row.run} hit, ${row.passed} passed`,
      );
    if (this.#rig.world.complaints.length > 0) this.#fail('the rig is well', this.#rig.world.complaints);
    return { report: told, passed: this.#passed, failed: this.#own.length };
  }

  /**
   * Twice, because for what two runs without faults do not share no fault can be blamed; and the final spec alone, because a
   * site's history must not show in what it is. Once is enough to know where faults can be put.
   */
  async #learn(name: string, isTwice: boolean): Promise<void> {
    const scenario = scenarioOf(name);
    const first = await play(this.#rig, scenario, { scenario: name, faults: [] });
    this.#references.set(name, first);
    const what = `${name} without faults${isTwice ? ', and as if made anew' : ''}`;
    const failures = isTwice ? await this.#failuresAgain(scenario, first) : [];
    this.#count(`${what}: ${first.trace.writes.length} writes`, [...first.failures, ...failures]);
  }

  async #failuresAgain(scenario: Scenario, first: Reference): Promise<string[]> {
    const nothing = { scenario: scenario.name, faults: [] };
    const second = await play(this.#rig, scenario, nothing, first);
    const failures = [...second.failures];
    if (scenario.finalSpec !== undefined) {
      const { finalSpec, resolvesTags } = scenario;
      const act = [apply(finalSpec)];
      const fresh: Scenario = { name: 'fresh', act, final: 'Ready', ...(resolvesTags && { resolvesTags }) };
      const anew = await play(this.#rig, fresh, nothing);
      failures.push(...anew.failures, ...differenceFromFresh(anew.end, first.end, scenario));
    }
    return failures;
  }

  /** The chart grants what these scenarios need, and nothing else. */
  async #rights(): Promise<void> {
    const needs = [...this.#references.values()].flatMap((reference) => reference.needs);
    const { unused, missing } = rightsDifference(await granted(), needs);
    const lines = [
      ...unused.map((rule) => `granted and never used: ${rule}`),
      ...missing.map((rule) => `missing: ${rule}`),
    ];
    this.#count('the chart grants exactly what was needed', lines);
  }

  #points({ families, scenarios: names }: Choice): Map<string, { family: Family; plan: Plan }[]> {
    return new Map(
      families.map((family) => [
        family,
        names.flatMap((name) => {
          const trace = this.#references.get(name)?.trace;
          return trace === undefined ? [] : points(family, trace).map((plan) => ({ family, plan }));
        }),
      ]),
    );
  }

  async #try(family: Family, plan: Plan): Promise<Result> {
    const reference = this.#references.get(plan.scenario);
    const verdict = await play(this.#rig, scenarioOf(plan.scenario), plan, reference);
    const { hit, failures, milliseconds } = verdict;
    this.#count(`${family} ${planText(plan)}${hit ? '' : ' (the fault found no place)'}`, failures);
    if (failures.length > 0) this.#tell(`  again: make faults PLAN='${planText(plan)}'`);
    return { family, plan, hit, failures, milliseconds, reference: reference?.milliseconds ?? 0 };
  }

  #count(what: string, failures: readonly string[]): void {
    if (failures.length > 0) {
      this.#fail(what, failures);
      return;
    }
    this.#passed += 1;
    this.#tell(`  ✔ ${what}`);
  }

  #fail(what: string, failures: readonly string[]): void {
    this.#own.push(what);
    this.#tell([`  ✘ ${what}`, ...failures.map((line) => `      ${line}`)].join('\n'));
  }
}

async function prepared(plane: ControlPlane): Promise<World> {
  await prepareCluster(plane);
  return World.start(plane);
}

function total(groups: ReadonlyMap<string, readonly unknown[]>): number {
  return [...groups.values()].reduce((sum, group) => sum + group.length, 0);
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const rest = [...items];
  const worker = async (): Promise<void> => {
    for (let item = rest.shift(); item !== undefined; item = rest.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: parallel }, worker));
}
