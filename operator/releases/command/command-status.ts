import type { Pod } from 'kubernetes-types/core/v1.d.ts';
import { terminationOf, isOver } from '../../commands/ending.ts';
import type { End } from '../../commands/ending.ts';
import { isGated } from '../../commands/job.ts';
import type { HostedSiteStatus } from '../../kinds/hosted-site/hosted-site.ts';
import type { Manifest, Site } from '../../components/component.ts';
import type { Observed } from '../observed.ts';
import { attemptOf, commandPods, isMadeBy, jobName, recordFor } from './attempt.ts';
import type { Attempt } from './attempt.ts';
import type { Command, Obstacle } from './state.ts';

type CommandStatus = NonNullable<NonNullable<HostedSiteStatus['release']>['command']>;
type Named = Pick<Site, 'name' | 'namespace' | 'uid'>;

/**
 * What is told of the last command: of the wanted release's, or of the one before while that one has none. What its pod and its Job
 * said is kept in the status when they are gone, as long as it is about the same revision and the same end.
 */
export function commandStatus(site: Named, seen: Observed, command: Command): CommandStatus | undefined {
  const before = seen.site.status?.release?.command;
  const attempt = attemptOf(site, seen);
  const reported = ofWanted(command, attempt, seen) ?? ofAttempt(attempt, seen) ?? before;
  if (reported === undefined || !seen.revisions.some(({ name }) => name === reported.revision))
    return undefined;
  const { logs: _, ...rest } = reported;
  const logs = `kubectl logs job/${jobName(site)} -n ${site.namespace}`;
  return attempt?.revision === reported.revision ? { ...rest, logs } : rest;
}

function ofWanted(
  { state, revision: { name: revision } }: Command,
  attempt: Attempt | undefined,
  seen: Observed,
): CommandStatus | undefined {
  switch (state.is) {
    case 'none':
      return undefined;
    case 'waits':
      return { phase: 'Waiting', revision, reason: waitsFor[state.for] };
    case 'begins':
      return { phase: 'Waiting', revision, reason: 'Starting' };
    case 'runs':
      return { phase: 'Running', revision, ...startOf(state.pod) };
    case 'succeeded':
    case 'failed':
      return ended(revision, state.is === 'failed' ? 'Failed' : 'Succeeded', attempt, seen);
  }
}

const waitsFor: Record<Obstacle, string> = {
  hold: 'Suspended',
  rollout: 'RollingOut',
  page: 'MaintenancePage',
  installation: 'Installing',
  slot: 'EarlierCommand',
  database: 'WaitingForDatabase',
};

/** Of a release that is not wanted any more. */
function ofAttempt(attempt: Attempt | undefined, seen: Observed): CommandStatus | undefined {
  if (attempt === undefined) return undefined;
  const { revision } = attempt;
  switch (recordFor(revision, seen)?.is) {
    case 'running': {
      const pod = commandPods(seen).find((one) => isMadeBy(one, attempt) && !isGated(one));
      return { phase: 'Running', revision, ...startOf(pod) };
    }
    case 'succeeded':
      return ended(revision, 'Succeeded', attempt, seen);
    case 'failed':
      return ended(revision, 'Failed', attempt, seen);
    default:
      return undefined;
  }
}

function startOf(pod: Manifest | undefined): Pick<CommandStatus, 'startTime'> {
  const { containerStatuses = [], startTime } = (pod as (Manifest & Pod) | undefined)?.status ?? {};
  const at = containerStatuses[0]?.state?.running?.startedAt ?? startTime;
  return at === undefined ? {} : { startTime: at };
}

/** A release whose command was done before it was rendered anew has had none of its own. */
function ended(
  revision: string,
  phase: 'Succeeded' | 'Failed',
  attempt: Attempt | undefined,
  seen: Observed,
): CommandStatus | undefined {
  const found = knownEnd(revision, attempt, seen);
  const end = found?.succeeded === (phase === 'Succeeded') ? found : undefined;
  if (end !== undefined) return { phase, revision, ...facts(end) };
  const hadOne = phase === 'Failed' || attempt?.revision === revision;
  return toldAlready({ phase, revision }, seen) ?? (hadOne ? { phase, revision } : undefined);
}

function toldAlready({ phase, revision }: CommandStatus, { site }: Observed): CommandStatus | undefined {
  const before = site.status?.release?.command;
  return before?.revision === revision && before.phase === phase ? before : undefined;
}

/** As its pod tells it, or as this pass has found it. */
export function knownEnd(revision: string, attempt: Attempt | undefined, seen: Observed): End | undefined {
  const found = seen.ended?.get(revision);
  if (found !== undefined || attempt?.revision !== revision) return found;
  const pod = commandPods(seen).find((one) => isMadeBy(one, attempt) && isOver(one) && !isGated(one));
  return pod && terminationOf(pod, attempt.job);
}

function facts({ reason, exitCode, startedAt, finishedAt, lines }: End): Partial<CommandStatus> {
  return {
    reason,
    ...(exitCode === undefined ? {} : { exitCode }),
    ...(startedAt === undefined ? {} : { startTime: startedAt }),
    ...(finishedAt === undefined ? {} : { completionTime: finishedAt }),
    ...(lines === '' ? {} : { message: lines }),
  };
}
