import { conditions as conditionTypes } from '../api/conditions.ts';
import type { ConditionType } from '../api/conditions.ts';
import type { HostedSite, HostedSiteCondition, HostedSiteStatus } from '../api/hosted-site.ts';
import type { ComponentCondition, ComponentName, Refusal, Report } from '../components/component.ts';
import type { Judgement } from './judgement.ts';
import { componentLabels } from './labels.ts';
import { ready, sentences } from './ready.ts';
import type { ReadyFacts } from './ready.ts';
import { releaseStatus } from './release-status.ts';
import { isRolledOut, rollout } from './rollout.ts';

type Verdicts = [ConditionType, ComponentCondition][];

/** The whole status, from what was observed. Equal facts give an equal status, so that nothing is written twice. */
export function siteStatus(judgement: Judgement): HostedSiteStatus {
  const { seen, reports } = judgement;
  const { metadata } = seen.site;
  const stalled = whatStalls(judgement);
  const release = releaseStatus(
    judgement,
    reports.filter(({ report }) => isStalledNow(report, judgement)),
  );
  const merged: Partial<HostedSiteStatus> = Object.assign(
    {},
    ...reports.map(({ report }) => report.status ?? {}),
  );
  return {
    ...kept(judgement),
    ...merged,
    observedGeneration: metadata.generation,
    conditions: stamped(verdicts(judgement, stalled), judgement),
    replicas: rollout(seen)?.replicas ?? 0,
    selector: selector(metadata.name),
    ...(release === undefined ? {} : { release }),
  };
}

function verdicts(judgement: Judgement, stalled: readonly Refusal[]): Verdicts {
  const facts = readyFacts(judgement, stalled);
  const summary = ready(facts);
  const isWorking = summary.status !== 'True' && stalled.length === 0 && !facts.suspended;
  return [
    ['Ready', summary],
    ['Available', available(facts)],
    ...judgement.reports.map(
      ({ component, report }) => [conditionOf(component), report.ready] as Verdicts[number],
    ),
    ...(isWorking ? [['Reconciling', { ...summary, status: 'True' }] as Verdicts[number]] : []),
    ...(stalled[0] === undefined
      ? []
      : [
          [
            'Stalled',
            { status: 'True', reason: stalled[0].reason, message: sentences(stalled) },
          ] as Verdicts[number],
        ]),
  ];
}

function readyFacts(judgement: Judgement, stalled: readonly Refusal[]): ReadyFacts {
  const { seen, site, revision, reports, asDesired, failure } = judgement;
  const { metadata, status } = seen.site;
  const before = status?.conditions?.find(({ type }) => type === 'Ready');
  const wasTrue = before?.status === 'True' || before?.reason === 'Unavailable';
  return {
    stalled,
    asDesired,
    rolledOut: revision !== undefined && isRolledOut(seen, revision),
    unready: reports.map(({ report }) => report.ready).find((one) => one.status !== 'True'),
    available: (rollout(seen)?.available ?? 0) > 0,
    scaledToZero: site?.replicas === 0,
    wasInForce: wasTrue && before?.observedGeneration === metadata.generation,
    suspended: site?.suspend === true,
    ending: metadata.deletionTimestamp !== undefined,
    failure,
  };
}

function whatStalls(judgement: Judgement): Refusal[] {
  const reported = judgement.reports.filter(({ report }) => isStalledNow(report, judgement));
  return [
    ...judgement.refusals,
    ...reported.map(
      ({
        report: {
          ready: { reason, message },
        },
      }) => ({ reason, message }),
    ),
  ];
}

/**
 * At the first sight of a new generation, reports are about what the generation before left behind: a person who has
 * just corrected the image must not be told that the old one fails.
 */
function isStalledNow(report: Report, { seen, asDesired, refusals, site }: Judgement): boolean {
  const { metadata, status } = seen.site;
  const isFirstSight = status?.observedGeneration !== metadata.generation;
  const isHeld = refusals.length > 0 || site?.suspend === true;
  return report.stalled === true && (asDesired || isHeld || !isFirstSight);
}

function available({ available: isServed, scaledToZero, wasInForce }: ReadyFacts): ComponentCondition {
  if (isServed) return { status: 'True', reason: 'Serving', message: 'Visitors are served.' };
  if (scaledToZero)
    return {
      status: 'False',
      reason: 'ScaledToZero',
      message: 'The site has no replicas, as its spec wants.',
    };
  if (wasInForce)
    return { status: 'False', reason: 'Unavailable', message: 'No pod serves; Kubernetes restarts them.' };
  return { status: 'False', reason: 'Starting', message: 'No pod serves yet.' };
}

function conditionOf(component: ComponentName): ConditionType {
  const type = `${component.charAt(0).toUpperCase()}${component.slice(1)}Ready`;
  if (!Object.hasOwn(conditionTypes, type)) throw new Error(`${type} is not in api/conditions.ts: add it`);
  return type as ConditionType;
}

/** `lastTransitionTime` moves only with the status of a condition. */
function stamped(wanted: Verdicts, judgement: Judgement): HostedSiteCondition[] {
  const { now, site } = judgement.seen;
  const before = site.status?.conditions ?? [];
  const judged = wanted.map(([type, { status, reason, message }]) => {
    const last = before.find((one) => one.type === type);
    const lastTransitionTime = last?.status === status ? last.lastTransitionTime : timestamp(now);
    return {
      type,
      status,
      observedGeneration: site.metadata.generation,
      lastTransitionTime,
      reason,
      message,
    };
  });
  return [...judged, ...unjudged(before, judged, judgement)];
}

/** A pass that failed before the components reported leaves their conditions, with the generation that they are of. */
function unjudged(
  before: readonly HostedSiteCondition[],
  judged: readonly HostedSiteCondition[],
  { failure, reports }: Judgement,
): HostedSiteCondition[] {
  if (failure === undefined || reports.length > 0) return [];
  return before.filter(({ type }) => !transient.has(type) && !judged.some((one) => one.type === type));
}

/** Present only when True. */
const transient: ReadonlySet<string> = new Set<ConditionType>(['Reconciling', 'Stalled']);

function kept({ seen, reports, failure }: Judgement): HostedSiteStatus {
  return failure !== undefined && reports.length === 0 ? (seen.site.status ?? {}) : {};
}

function selector(name: HostedSite['metadata']['name']): string {
  const labels = componentLabels({ name }, 'web');
  return Object.entries(labels)
    .map(([label, value]) => `${label}=${value}`)
    .join(',');
}

function timestamp(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, 'Z');
}
