import { isOver } from '../../commands/ending.ts';
import { isGated } from '../../commands/job.ts';
import type { Revision, Site } from '../../components/component.ts';
import type { Observed } from '../observed.ts';
import { rollout } from '../rollout.ts';
import { attemptOf, commandPods, othersInSlot, recordFor, runOf } from './attempt.ts';
import { isDue, runs } from './due.ts';
import { leftOver } from './left-over.ts';
import { page } from './page.ts';
import { ends, settled } from './records.ts';
import { row } from './rows.ts';
import type { Command, CommandState, Facts, Row } from './state.ts';

/**
 * What the command of a release has come to, and what is to be written for it: once for each release, and of all pods that there may
 * be one is let through at most (docs/understand/adr/0023-a-command-of-a-release-runs-at-most-once.md).
 *
 * Undefined of a site that has never had a command. `isGivenUp`: the wanted release does not run, whatever becomes of its command.
 */
export function command(
  site: Site,
  seen: Observed,
  desired: Revision,
  isGivenUp: boolean,
): Command | undefined {
  if (!hasCommands(site, seen)) return undefined;
  const facts = factsOf(site, seen, desired, isGivenUp);
  const decided = row(facts);
  const step = decided.step ?? leftOver(facts, decided.state);
  const blocks = !isGivenUp && isBlocking(facts, decided.state);
  return {
    revision: desired,
    state: decided.state,
    blocks,
    holdsCron: holdsCron(facts, decided),
    ...page(facts, decided.state, isGivenUp),
    records: [...ends(facts), ...(isGivenUp ? [] : settled(facts))],
    ...(step === undefined ? {} : { step }),
    ...(decided.begins === undefined ? {} : { begins: decided.begins }),
  };
}

function hasCommands(site: Site, seen: Observed): boolean {
  return (
    site.release !== undefined ||
    attemptOf(site, seen) !== undefined ||
    commandPods(seen).length > 0 ||
    seen.revisions.some(({ name }) => recordFor(name, seen) !== undefined)
  );
}

function factsOf(site: Site, seen: Observed, desired: Revision, isGivenUp: boolean): Facts {
  const attempt = attemptOf(site, seen);
  return {
    ...{ site, seen, desired, attempt },
    run: runOf(desired, attempt, seen),
    isDue: !isGivenUp && desired.unresolved !== true && isDue(site, desired, seen),
    isBusy: othersInSlot(desired, attempt, seen).length > 0,
  };
}

/** What runs already is not taken away. */
function isBlocking({ desired, seen }: Facts, state: CommandState): boolean {
  if (desired.unresolved === true || runs(desired, seen)) return false;
  const isWaitedFor = state.is === 'waits' && state.for === 'rollout';
  return state.is !== 'none' && state.is !== 'succeeded' && !isWaitedFor;
}

/** From when nothing else is in the way until the end is written down; of a first release from its beginning. */
function holdsCron({ seen, isDue: isWanted, run, attempt }: Facts, { state }: Row): boolean {
  if (commandPods(seen).some((pod) => !isOver(pod) && !isGated(pod))) return true;
  if (seen.revisions.some(({ name }) => recordFor(name, seen)?.is === 'running')) return true;
  if (!isWanted) return false;
  const hasJob = attempt !== undefined && run.is !== 'none' && run.is !== 'closed';
  return state.is === 'begins' || hasJob || (rollout(seen) === undefined && state.is !== 'none');
}
