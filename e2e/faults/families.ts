import type { Fault, Plan, RequestFault, Verb, WatchFault } from './plan.ts';
import { watchActions } from './plan.ts';

/** What a run without faults has shown: where faults can be put. */
export interface Trace {
  readonly scenario: string;
  /** In order, from the moment that the scenario's change was made; resources as plans name them. */
  readonly writes: readonly { readonly verb: Verb; readonly resource: string }[];
  /** Events that the watches of a resource have told since then. */
  readonly events: ReadonlyMap<string, number>;
}

export const families = {
  F1: 'the operator dies before or after a write',
  F2: 'a write is refused, lost, or its answer is lost',
  F3: 'a watch breaks',
  F4: 'the operator restarts with an old view',
  F5: 'what happened between was never seen',
  F7: 'the leader is stopped and goes on when another one leads',
} as const;

export type Family = keyof typeof families;

/** Timers that must run out (deadlines of requests, silence of watches) run so many times as fast. */
const hurried = 8;

const faultsOf: Readonly<Record<Family, (trace: Trace) => Fault[]>> = {
  F1: crashes,
  F2: refusals,
  F3: brokenWatches,
  F4: staleRestarts,
  F5: blindness,
  F7: stops,
};

/** Every point of a family in a scenario. */
export function points(family: Family, trace: Trace): Plan[] {
  return faultsOf[family](trace).map((fault) => plan(trace.scenario, fault));
}

/** Which family a plan is of, by its first fault. */
export function familyOf({ faults: [fault] }: Plan): Family {
  if (fault?.on === 'request') return fault.do.startsWith('kill') ? 'F1' : 'F2';
  return fault === undefined ? 'F5' : kinds[fault.on];
}

const kinds = { watch: 'F3', restart: 'F4', blind: 'F5', stop: 'F7' } as const;

function plan(scenario: string, fault: Fault): Plan {
  const patient = fault.on === 'request' || fault.on === 'watch' ? waits.has(fault.do) : false;
  return { scenario, ...(patient ? { speed: hurried } : {}), faults: [fault] };
}

const waits: ReadonlySet<string> = new Set<RequestFault['do'] | WatchFault['do']>([
  'hang',
  'hang-after',
  'stall',
  'no-bookmark',
]);

/** The writes with their number among those of the same verb and resource. */
function numbered({ writes }: Trace): Pick<RequestFault, 'verb' | 'resource' | 'nth'>[] {
  const seen = new Map<string, number>();
  return writes.map(({ verb, resource }) => {
    const nth = (seen.get(`${verb} ${resource}`) ?? 0) + 1;
    seen.set(`${verb} ${resource}`, nth);
    return { verb, resource, nth };
  });
}

function onEachWrite(trace: Trace, actions: readonly RequestFault['do'][]): Fault[] {
  return numbered(trace).flatMap((write) =>
    actions.map((action) => ({ on: 'request', ...write, do: action }) as const),
  );
}

function crashes(trace: Trace): Fault[] {
  return onEachWrite(trace, ['kill-before', 'kill-after']);
}

function refusals(trace: Trace): Fault[] {
  return onEachWrite(trace, ['409', '429', '500', '503', 'reset', 'reset-after', 'hang', 'hang-after']);
}

function brokenWatches({ events }: Trace): Fault[] {
  return [...events].flatMap(([resource, count]) =>
    [...new Set([1, count])]
      .filter((nth) => nth > 0)
      .flatMap((nth) => watchActions.map((action) => ({ on: 'watch', resource, nth, do: action }) as const)),
  );
}

function staleRestarts(trace: Trace): Fault[] {
  return numbered(trace).map((after) => ({ on: 'restart', after, behind: 700 }));
}

function stops(trace: Trace): Fault[] {
  const moments = ['first-write', 'converged'] as const;
  return numbered(trace).flatMap((after) => moments.map((thaw) => ({ on: 'stop', after, thaw }) as const));
}

function blindness(): Fault[] {
  return [{ on: 'blind' }];
}
