import type { Judgement } from '../../releases/judgement.ts';
import type { Observed } from '../../releases/observed.ts';
import { isAsDesired, reports } from '../decision.ts';
import type { Decision } from '../decision.ts';
import { asksAt } from './asks-at.ts';
import { earliest } from './outcome.ts';

/** What a pass that has decided so comes to know of what it sees. */
export function judged(decided: Decision, seen: Observed): Judgement {
  const { site, resolved, components, reported, release, refusals, plan, isOlderRendering } = decided;
  const recheckAt = earliest([
    'deadline' in release.state ? release.state.deadline : undefined,
    release.command?.recheckAt,
    asksAt(seen),
    seen.rival?.lookAgainAt,
  ]);
  return {
    seen,
    site,
    resolved,
    state: reported.state,
    ...(release.command === undefined ? {} : { command: release.command }),
    ...(reported.command?.report === undefined ? {} : { commandReport: reported.command.report }),
    isOlderRendering,
    reports: reports(components, site, seen, reported),
    refusals,
    asDesired: isAsDesired(plan),
    ...(recheckAt === undefined ? {} : { recheckAt }),
  };
}
