import { conditions as conditionTypes } from '../../kinds/hosted-site/conditions.ts';
import type { ConditionType } from '../../kinds/hosted-site/conditions.ts';
import type {
  HostedSite,
  HostedSiteCondition,
  HostedSiteStatus,
} from '../../kinds/hosted-site/hosted-site.ts';
import type { ComponentCondition, Refusal, Report } from '../../components/component.ts';
import { holds, isHeld } from '../../components/holds.ts';
import { reportedRevision } from '../../components/release-state.ts';
import { leadsToMaintenancePage, maintenancePageCause } from '../../components/maintenance-page.ts';
import { boosted } from './boost.ts';
import { scalingActive } from './scaling-active.ts';
import type { ComponentReport, Judgement } from '../../releases/judgement.ts';
import { componentLabels } from '../../objects/labels.ts';
import { without } from '../../kube/without.ts';
import { effective } from '../effective.ts';
import { expiry, timestamp } from '../expiry/expiry.ts';
import { ready, sentences, unavailable, worst } from './ready.ts';
import type { ReadyFacts } from './ready.ts';
import { renderingCurrent } from '../../releases/rendering-current.ts';
import { releaseStatus } from '../../releases/release-status.ts';
import { isRolledOut, rollout } from '../../releases/rollout.ts';

type Statement = ComponentCondition & { type: string };

/** The whole status, from what was observed. Equal facts give an equal status, so that nothing is written twice. */
export function siteStatus(judgement: Judgement): HostedSiteStatus {
  const { seen, reports } = judgement;
  const { metadata } = seen.site;
  const stalling = reports.filter(({ report }) => isStalledNow(report, judgement));
  const stalled = [...judgement.refusals, ...stalling.map(({ report }) => report.stall ?? report.ready)];
  const release = releaseStatus(judgement, stalling);
  return {
    ...kept(judgement),
    ...(judgement.resolved === undefined ? {} : { effective: effective(judgement.resolved, seen) }),
    ...reports.reduce((sum, { report }) => ({ ...sum, ...report.status }), {}),
    observedGeneration: metadata.generation,
    conditions: stamped(statements(judgement, stalled), judgement),
    ...ofSite(judgement),
    ...counts(judgement),
    selector: selector(metadata.name),
    ...(release === undefined ? {} : { release }),
    ...deletionPolicy(seen),
    ...expiresAt(judgement),
  };
}

function ofSite({ site }: Judgement): Pick<HostedSiteStatus, 'preset' | 'holds'> {
  if (site === undefined) return {};
  const held = site.holds.map((hold) => ({ ...hold, what: [...hold.what] }));
  return { preset: site.preset.name, ...(held.length === 0 ? {} : { holds: held }) };
}

/** What a pass has not set right is not what the spec wants: the number of before stays. */
function counts(judgement: Judgement): Pick<HostedSiteStatus, 'replicas' | 'desiredReplicas'> {
  const { seen } = judgement;
  const { replicas = 0, desired } = rollout(seen) ?? {};
  const desiredReplicas = isCarriedOut(judgement) ? desired : seen.site.status?.desiredReplicas;
  return { replicas, ...(desiredReplicas === undefined ? {} : { desiredReplicas }) };
}

function isCarriedOut({ site, refusals, failure }: Judgement): boolean {
  return site !== undefined && !isHeld(site, 'Changes') && refusals.length === 0 && failure === undefined;
}

/** That of before while a pass could not bring the wanted one into force. */
function deletionPolicy({
  deletionPolicy: now,
  site,
}: Judgement['seen']): Pick<HostedSiteStatus, 'deletionPolicy'> {
  const policy = now ?? site.status?.deletionPolicy;
  return policy === undefined ? {} : { deletionPolicy: policy };
}

function expiresAt({ seen }: Judgement): Pick<HostedSiteStatus, 'expiry'> {
  const told = expiry(seen);
  return told === undefined ? {} : { expiry: told };
}

function statements(judgement: Judgement, stalled: readonly Refusal[]): Statement[] {
  const facts = readyFacts(judgement, stalled);
  const summary = ready(facts);
  const isWorking = summary.status !== 'True' && stalled.length === 0 && !facts.suspended;
  const working: Statement[] = [{ ...summary, type: 'Reconciling', status: 'True' }];
  return [
    { type: 'Ready', ...summary },
    { type: 'Available', ...available(facts, judgement) },
    ...judgement.reports.map(({ condition: { type }, report }) => ({ type, ...report.ready })),
    ...optional('RenderingCurrent', renderingCurrent(judgement)),
    ...optional('Boosted', boosted(judgement)),
    ...optional('ScalingActive', scalingActive(judgement)),
    ...(isWorking ? working : []),
    ...stalled.slice(0, 1).map(({ reason }): Statement => {
      return { type: 'Stalled', status: 'True', reason, message: sentences(stalled) };
    }),
  ];
}

function optional(type: ConditionType, statement: Omit<Statement, 'type'> | undefined): Statement[] {
  return statement === undefined ? [] : [{ type, ...statement }];
}

function readyFacts(judgement: Judgement, stalled: readonly Refusal[]): ReadyFacts {
  const { seen, site, state, reports, asDesired, failure } = judgement;
  return {
    stalled,
    asDesired,
    rolledOut: state !== undefined && isRolledOut(seen, reportedRevision(state)),
    unready: worst([...reports.filter(isSummedUp).map(({ report }) => report.ready), ...waitsFor(judgement)]),
    available: (rollout(seen)?.available ?? 0) > 0,
    scaledToZero: site?.replicas === 0,
    wasInForce: wasInForce(seen.site),
    suspended: site !== undefined && isHeld(site, 'Changes'),
    maintenancePage: maintenancePage(judgement),
    ending: seen.site.metadata.deletionTimestamp !== undefined,
    failure,
  };
}

/** No component tells of a command that the spec no longer has, and that is waited for all the same, or works on the data. */
function waitsFor({ commandReport }: Judgement): ComponentCondition[] {
  return commandReport === undefined ? [] : [commandReport.ready];
}

function isSummedUp({ condition }: ComponentReport): boolean {
  return condition.counts === 'in-ready';
}

/** Unavailable is only said of a generation that has served. */
function wasInForce({ metadata, status }: HostedSite): boolean {
  const before = status?.conditions?.find(({ type }) => type === 'Ready');
  if (before?.observedGeneration !== metadata.generation) return false;
  return before.status === 'True' || before.reason === 'Unavailable';
}

/**
 * At the first sight of a new generation, reports are about what the generation before left behind: a person who has
 * just corrected the image must not be told that the old one fails.
 */
function isStalledNow(report: Report, { seen, asDesired, refusals, site }: Judgement): boolean {
  const { metadata, status } = seen.site;
  const isFirstSight = status?.observedGeneration !== metadata.generation;
  const isKept = refusals.length > 0 || (site !== undefined && isHeld(site, 'Changes'));
  return report.stalled === true && (asDesired || isKept || !isFirstSight);
}

function maintenancePage({ seen, site }: Judgement): ReadyFacts['maintenancePage'] {
  if (!leadsToMaintenancePage(seen.site.metadata, seen)) return undefined;
  return (site && maintenancePageCause(site)) ?? 'Starting';
}

function available(facts: ReadyFacts, judgement: Judgement): ComponentCondition {
  const { available: isServed, scaledToZero, maintenancePage: shown, wasInForce: hasServed } = facts;
  if (shown !== undefined) return { status: 'False', reason: shown, message: pageOf(shown, judgement) };
  if (isServed) return { status: 'True', reason: 'Serving', message: 'Visitors are served.' };
  if (scaledToZero) {
    const message = 'The site has no replicas, as its spec wants.';
    return { status: 'False', reason: 'ScaledToZero', message };
  }
  return hasServed ? unavailable : { status: 'False', reason: 'Starting', message: 'No pod serves yet.' };
}

/** The page of a release is none that the spec asks for. */
function pageOf(shown: keyof typeof instead, { seen, command }: Judgement): string {
  if (shown === 'Starting' && isHeld({ holds: holds(seen.site.spec) }, 'Changes')) return held;
  const isOfRelease = command?.showsPage === true && seen.site.spec.route?.maintenance?.enabled !== true;
  return shown === 'Maintenance' && isOfRelease ? ofRelease : instead[shown];
}

const held = 'Visitors get a page in place of the site, as they did when spec.suspend was set to true.';
const ofRelease =
  'Visitors get the maintenance page until the command of the release has ended, and no pod of the release before is left where it succeeded.';

/** What visitors get while the route leads away from the site. */
const instead = {
  Maintenance: 'Visitors get the maintenance page, as the spec wants.',
  ScaledToZero: 'The site has no replicas, as its spec wants: visitors get a page that says so.',
  Starting: 'Visitors get a page in place of the site until a pod of it serves.',
} as const satisfies Record<NonNullable<ReadyFacts['maintenancePage']>, string>;

/** `lastTransitionTime` moves only with the status of a condition. */
function stamped(desired: readonly Statement[], judgement: Judgement): HostedSiteCondition[] {
  const { now, site } = judgement.seen;
  const before = site.status?.conditions ?? [];
  const judged = desired.map(({ type, status, reason, message }) => {
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

/**
 * A pass that failed before the components reported leaves their conditions, with the generation that they are of. Those of an
 * operator that had other names for them go.
 */
function unjudged(
  before: readonly HostedSiteCondition[],
  judged: readonly HostedSiteCondition[],
  { failure, reports }: Judgement,
): HostedSiteCondition[] {
  if (failure === undefined || reports.length > 0) return [];
  return before.filter(
    ({ type }) =>
      Object.hasOwn(conditionTypes, type) && !transient.has(type) && !judged.some((one) => one.type === type),
  );
}

/** Present only when True. */
const transient: ReadonlySet<string> = new Set<ConditionType>(['Reconciling', 'Stalled']);

/** What was resolved is of the spec that was there then. */
function kept({ seen, reports, failure }: Judgement): HostedSiteStatus {
  return failure !== undefined && reports.length === 0
    ? without(seen.site.status ?? {}, 'effective', 'expiry')
    : {};
}

function selector(name: HostedSite['metadata']['name']): string {
  const labels = componentLabels({ name }, 'web');
  return Object.entries(labels)
    .map(([label, value]) => `${label}=${value}`)
    .join(',');
}
