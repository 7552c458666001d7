import type { ComponentName, Refusal, Report, Revision, Site } from '../components/component.ts';
import type { Command } from './command/state.ts';
import type { PartCondition } from '../components/condition.ts';
import type { Observed } from './observed.ts';

/** What a pass came to know; a pass that failed early knows less. */
export interface Judgement {
  seen: Observed;
  site?: Site;
  /** As the spec asks for it, without the page that its release shows. */
  resolved?: Site;
  /** The revision that the site runs, or would run if nothing held it. */
  revision?: Revision;
  /** The one that the spec asks for, when it failed and `revision` was gone back to. */
  failed?: Revision;
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
