import type { End } from '../../commands/ending.ts';
import { refusedPods } from '../../components/forbidden.ts';
import { podTrouble } from '../../components/pod/pod-trouble.ts';
import { leadsToMaintenancePage } from '../../components/maintenance-page.ts';
import type { Manifest, Refusal, Report, Revision, Site } from '../../components/component.ts';
import type { Reason } from '../../kinds/hosted-site/reasons.ts';
import { restartAnnotation } from '../../objects/labels.ts';
import type { Observed } from '../observed.ts';
import { rollout } from '../rollout.ts';
import { attemptOf } from './attempt.ts';
import { awaited } from './awaited.ts';
import { knownEnd } from './command-status.ts';
import type { Command, CommandState, Obstacle } from './state.ts';

/** What there is to say of a command while it is waited for, and when it has failed. */
export function commandReport(site: Site, seen: Observed, command: Command): Report | undefined {
  const { state } = command;
  switch (state.is) {
    case 'none':
      return undefined;
    case 'succeeded':
      return {
        ready: {
          status: 'True',
          reason: 'CommandSucceeded',
          message: 'The command of the release succeeded.',
        },
      };
    case 'failed':
      return failed(site, command, seen);
    case 'waits':
      return reported(waiting[state.for]);
    case 'begins':
      return begins(site, seen, command.revision, state);
    case 'runs': {
      const words = `The command of the release runs${meanwhile(site, seen)}.`;
      return underWay(site, seen, { words, pod: state.pod });
    }
  }
}

/** Undefined where the release, or the installation, tells it. */
const waiting: Record<Obstacle, [Reason, string] | undefined> = {
  hold: ['Suspended', 'The command of the release is not begun while spec.suspend is true.'],
  rollout: undefined,
  installation: undefined,
  slot: [
    'CommandRunning',
    'The pod of an earlier command has not ended: no command begins and nothing is rolled out before it has. Where its node does not answer, see that the node is gone for good, then delete the Node.',
  ],
  page: ['CommandRunning', 'The command of the release begins when visitors get the maintenance page.'],
  database: ['WaitingForDatabase', 'The command of the release begins when the database takes connections.'],
};

function reported(words: [Reason, string] | undefined): Report | undefined {
  return words && unknown(...words);
}

function meanwhile(site: Site, seen: Observed): string {
  if (rollout(seen) === undefined) return '';
  return leadsToMaintenancePage(site, seen)
    ? '; visitors get the maintenance page meanwhile'
    : '; what ran before serves on';
}

type Beginning = Extract<CommandState, { is: 'begins' }>;

function begins(site: Site, seen: Observed, revision: Revision, state: Beginning): Report {
  const { job, pod, until } = state;
  const what = awaited(site, seen, revision, state);
  const begun = `The command of the release begins${what === undefined ? '' : ` when ${what}`}`;
  const report = underWay(site, seen, { words: `${begun}${meanwhile(site, seen)}.`, job, pod });
  const times = [until, report.recheckAt].flatMap((at) => at?.getTime() ?? []);
  return times.length === 0 ? report : { ...report, recheckAt: new Date(Math.min(...times)) };
}

interface UnderWay {
  words: string;
  job?: Manifest | undefined;
  pod?: Manifest | undefined;
}

/** What keeps its pod from coming up is told, and is no end: its deadline is. */
function underWay(site: Site, seen: Observed, { words, job, pod }: UnderWay): Report {
  const whose = { whose: 'the command', fields: 'web.resources', kind: 'job' } as const;
  const trouble = refusedPods(job, seen, whose) ?? podTrouble(pod === undefined ? [] : [pod], seen);
  if (trouble === undefined) return unknown('CommandRunning', words);
  const { recheckAt, reason, message } = trouble;
  const deadline = `${untilWhen} ${site.release?.deadlineSeconds ?? ''} seconds after it was begun.`;
  const report = unknown(reason, `${cannotBegin} ${message} ${deadline}`);
  return { ...report, ...(recheckAt === undefined ? {} : { recheckAt }) };
}

const cannotBegin = 'The command of the release cannot begin.';
const untilWhen = 'It fails when it has not ended';

/** Why it could not begin, as it was told last: nothing else remembers that when its time is over. */
export function lastTrouble({ site }: Observed): string | undefined {
  const said = site.status?.conditions?.find(({ type }) => type === 'ApplicationReady');
  const [before, trouble] = said?.message.split(cannotBegin) ?? [];
  const [why] = trouble?.split(untilWhen) ?? [];
  return before === '' && why !== undefined ? `The command never began. ${why.trim()}` : undefined;
}

function unknown(reason: Reason, message: string): Report {
  return { ready: { status: 'Unknown', reason, message } };
}

function failed(site: Site, { revision }: Command, seen: Observed): Report {
  const message = commandFailedMessage(site, revision, seen);
  const stall: Refusal = { reason: 'ReleaseCommandFailed', message };
  return { ready: { status: 'False', reason: 'CommandFailed', message }, stall, stalled: true };
}

/** The last lines of its container come last. */
export function commandFailedMessage(site: NamedSite, revision: Revision, seen: Observed): string {
  const { name, namespace } = site;
  return (
    `The command of the release failed, and ${outcome(revision, seen)}. Correct it and release anew, or change release.command; the same again: ` +
    `kubectl annotate hostedsite ${name} -n ${namespace} --overwrite ${restartAnnotation}="$(date +%s)". ` +
    (revision.failure ?? failureOf(site, revision, seen) ?? toldBefore(revision, seen))
  );
}

type NamedSite = Pick<Site, 'name' | 'namespace' | 'uid'>;

function outcome({ name }: Revision, seen: Observed): string {
  const current = rollout(seen)?.revision;
  if (current === undefined) return 'nothing is rolled out';
  return current === name ? 'its pods serve all the same' : 'what ran before serves on';
}

/** Why the command of a revision failed, while there is something to see of it. */
export function failureOf(site: NamedSite, { name }: Revision, seen: Observed): string | undefined {
  const end = knownEnd(name, attemptOf(site, seen), seen);
  return end && failureText(end);
}

function toldBefore({ name }: Revision, { site }: Observed): string {
  const { revision, exitCode, message } = site.status?.release?.command ?? {};
  if (revision !== name || exitCode === undefined) return 'How it ended is not known any more.';
  return withLines(`The command ended with code ${exitCode}.`, message);
}

/** What is remembered of how it failed. */
function failureText({ sentence, reason, lines }: End): string {
  const advice = advices[reason];
  return withLines(advice === undefined ? sentence : `${sentence} ${advice}`, lines);
}

function withLines(sentence: string, lines = ''): string {
  return lines === '' ? sentence : `${sentence} Its last lines:\n${lines}`;
}

const halfDone = 'It may have done part of its work: look at the data first.';
const advices: Partial<Record<End['reason'], string>> = {
  Unseen: halfDone,
  Lost: halfDone,
  Stopped: halfDone,
  Evicted: halfDone,
  DeadlineExceeded: `${halfDone} To give it more time, raise release.deadlineSeconds.`,
};
