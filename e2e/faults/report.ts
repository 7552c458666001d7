import { families } from './families.ts';
import type { Family } from './families.ts';
import { planText } from './plan.ts';
import type { Plan } from './plan.ts';

/** What came of one plan. */
export interface Result {
  readonly family: Family;
  readonly plan: Plan;
  /** Whether the fault came to pass: a write that a run does not make cannot be cut off. */
  readonly hit: boolean;
  /** What the oracles say; empty when all is well. */
  readonly failures: readonly string[];
  /** From the change to the wanted state, beside the run without faults. */
  readonly milliseconds: number;
  readonly reference: number;
}

export interface Report {
  seed: number;
  sampled: boolean;
  minutes: number;
  families: Record<string, FamilyReport>;
  scenarios: number;
  /** Different (scenario, write) pairs at which the operator died, was refused, stopped or restarted with an old view. */
  distinctWrites: number;
  slowest: { plan: string; milliseconds: number; reference: number } | undefined;
  failures: { plan: string; failures: readonly string[] }[];
}

export interface FamilyReport {
  what: string;
  /** Points that there are, that were tried, whose fault came to pass, and of those that all oracles passed. */
  points: number;
  planned: number;
  run: number;
  passed: number;
}

export interface ReportInput {
  readonly seed: number;
  readonly points: ReadonlyMap<Family, number>;
  readonly results: readonly Result[];
  readonly milliseconds: number;
}

export function report({ seed, points, results, milliseconds }: ReportInput): Report {
  const rows = [...points].map(([family, count]) => [family, familyReport(family, count, results)] as const);
  const slowest = [...results].sort((a, b) => b.milliseconds - a.milliseconds)[0];
  return {
    seed,
    sampled: results.length < [...points.values()].reduce((sum, count) => sum + count, 0),
    minutes: Math.round(milliseconds / 6000) / 10,
    families: Object.fromEntries(rows),
    scenarios: new Set(results.map(({ plan }) => plan.scenario)).size,
    distinctWrites: new Set(results.flatMap(({ plan, hit }) => (hit ? writesOf(plan) : []))).size,
    slowest: slowest && {
      plan: planText(slowest.plan),
      milliseconds: slowest.milliseconds,
      reference: slowest.reference,
    },
    failures: results
      .filter(({ failures }) => failures.length > 0)
      .map(({ plan, failures }) => ({ plan: planText(plan), failures })),
  };
}

function familyReport(family: Family, points: number, results: readonly Result[]): FamilyReport {
  const own = results.filter((result) => result.family === family);
  const run = own.filter(({ hit }) => hit);
  const passed = run.filter(({ failures }) => failures.length === 0);
  return { what: families[family], points, planned: own.length, run: run.length, passed: passed.length };
}

function writesOf({ scenario, faults }: Plan): string[] {
  return faults.flatMap((fault) => {
    if (fault.on === 'request') return [`${scenario} ${fault.verb} ${fault.resource} ${fault.nth}`];
    if (fault.on === 'restart' || fault.on === 'stop')
      return [`${scenario} ${fault.after.verb} ${fault.after.resource} ${fault.after.nth}`];
    return [];
  });
}
