import type { ComponentName, Refusal, ReleaseState, Report, Site } from '../components/component.ts';
import type { Command } from './command/state.ts';
import type { PartCondition } from '../components/condition.ts';
import type { Observed } from './observed.ts';

/** What a pass came to know; a pass that failed early knows less. */
export interface Judgement {
  seen: Observed;
  site?: Site;
  /** As the spec asks for it, without the page that its release shows. */
  resolved?: Site;
  /** Where the release is, or would be if nothing held it. */
  state?: ReleaseState;
  /** Of the release that the spec asks for, or of one before it. */
  command?: Command;
  /** What there is to say of it. */
  commandReport?: Report;
  /** The same inputs would be rendered otherwise now; undefined when the pass did not come so far. */
  isOlderRendering?: boolean;
  reports: readonly ComponentReport[];
  /** From the components before, and from the API server while, anything was written. */
  refusals: readonly Refusal[];
  /** Nothing had to be written. */
  asDesired: boolean;
  /** Why the pass did not come to its end; no times, counters or generated names. */
  failure?: string;
  /** When a release that is late may be taken back. */
  recheckAt?: Date;
}

export interface ComponentReport {
  component: ComponentName;
  condition: PartCondition;
  report: Report;
}
