import { events } from '../../kinds/hosted-site/events.ts';
import type { EventReason } from '../../kinds/hosted-site/events.ts';
import type { HostedSiteCondition, HostedSiteStatus } from '../../kinds/hosted-site/hosted-site.ts';
import type { ConditionType } from '../../kinds/hosted-site/conditions.ts';
import type { Written } from '../carry-out.ts';

export interface Milestone {
  reason: EventReason;
  note: string;
}

/**
 * What happened to a site between two statuses: only what a person would want to find in its history. That a release begins is
 * what somebody has just asked for: how it ends is told.
 */
export function milestones(before: HostedSiteStatus = {}, after: HostedSiteStatus): Milestone[] {
  return [
    ...releaseMilestones(before.release, after.release),
    ...conditionMilestones(before, after),
    ...scaled(before, after),
    ...failedRuns(before, after),
    ...policyMilestones(before, after),
  ];
}

/** Volumes that a pass made larger. */
export function growth({ applied }: Written): Milestone[] {
  return applied
    .filter(({ desired, live, because }) => {
      return (
        desired.object.kind === 'PersistentVolumeClaim' &&
        live !== undefined &&
        because.includes('requests.storage')
      );
    })
    .map(({ desired }) => milestone('VolumeGrown', desired.object.metadata.name));
}

type Release = NonNullable<HostedSiteStatus['release']>;

function releaseMilestones(before: Release = {}, after: Release = {}): Milestone[] {
  if (after.outcome === 'RolledBack') return before.outcome === after.outcome ? [] : ended(after);
  const { desired } = after;
  const isNew = before.desired !== undefined && !isSame(before.desired, desired);
  return isNew || before.outcome !== after.outcome ? ended(after) : [];
}

function isSame(one: Release['desired'], other: Release['desired']): boolean {
  return one?.revision === other?.revision;
}

function ended({ outcome, desired, running, message }: Release): Milestone[] {
  if (outcome === 'Succeeded') return [milestone('ReleaseSucceeded', desired?.image)];
  if (outcome === 'RolledBack') return [milestone('ReleaseRolledBack', message)];
  if (outcome !== 'Failed') return [];
  const others = running === undefined ? [] : ['What served before serves on.'];
  return [milestone('ReleaseFailed', [...others, ...(message === undefined ? [] : [message])].join(' '))];
}

function conditionMilestones(before: HostedSiteStatus, after: HostedSiteStatus): Milestone[] {
  const [was, is] = [condition(before, 'Stalled'), condition(after, 'Stalled')];
  return [
    ...(is !== undefined && is.message !== was?.message ? [milestone('Stalled', is.message)] : []),
    ...(was !== undefined && is === undefined ? [milestone('Recovered')] : []),
    ...(begins(isInstalled, before, after) && !wasInstalled(before)
      ? [milestone('ApplicationInstalled')]
      : []),
    ...boostMilestones(before, after),
    ...turned(isInMaintenance, ['MaintenanceStarted', 'MaintenanceEnded'], { before, after }),
    ...turned(isHeld, ['Suspended', 'Resumed'], { before, after }),
  ];
}

/** Of a site that is new, how many pods it has tells nobody anything. */
function scaled(before: HostedSiteStatus, after: HostedSiteStatus): Milestone[] {
  const [was, is] = [before.desiredReplicas, after.desiredReplicas];
  if (was === undefined || is === undefined || was === is) return [];
  if (is === 0) return [milestone('SwitchedOff')];
  if (was === 0) return [milestone('SwitchedOn')];
  const isAutoscaled = condition(after, 'ScalingActive') !== undefined;
  const detail = `${is} instead of ${was}, as the ${isAutoscaled ? 'autoscaler' : 'spec'} says.`;
  return [milestone('Scaled', detail)];
}

/** A run that is told already, and one before it that comes to light when the Job of that is gone, are not told again. */
function failedRuns(before: HostedSiteStatus, { cron = [] }: HostedSiteStatus): Milestone[] {
  return cron
    .filter(({ name, lastFailure = '' }) => {
      const known = before.cron?.find((one) => one.name === name)?.lastFailure ?? '';
      return lastFailure > known;
    })
    .map(({ name }) => milestone('CronFailed', name));
}

function turned(
  holds: (status: HostedSiteStatus) => boolean,
  [on, off]: readonly [EventReason, EventReason],
  { before, after }: { before: HostedSiteStatus; after: HostedSiteStatus },
): Milestone[] {
  if (holds(before) === holds(after)) return [];
  return [milestone(holds(after) ? on : off)];
}

/** That a site begins with the default tells nobody anything. */
function policyMilestones(
  { deletionPolicy: was = 'Retain' }: HostedSiteStatus,
  { deletionPolicy: is = was }: HostedSiteStatus,
): Milestone[] {
  return is === was ? [] : [milestone('DeletionPolicyInForce', `deletionPolicy: ${is}.`)];
}

function boostMilestones(before: HostedSiteStatus, after: HostedSiteStatus): Milestone[] {
  if (!begins(isBoostOver, before, after)) return [];
  return [milestone(condition(before, 'Boosted')?.status === 'True' ? 'BoostEnded' : 'BoostTooLate')];
}

function isBoostOver(status: HostedSiteStatus): boolean {
  return condition(status, 'Boosted')?.reason === 'BoostOver';
}

function begins(
  holds: (status: HostedSiteStatus) => boolean,
  before: HostedSiteStatus,
  after: HostedSiteStatus,
): boolean {
  return holds(after) && !holds(before);
}

export function milestone(reason: EventReason, detail?: string): Milestone {
  const { sentence } = events[reason];
  return { reason, note: detail === undefined ? sentence : `${sentence} ${detail}` };
}

function condition(status: HostedSiteStatus, type: ConditionType): HostedSiteCondition | undefined {
  return status.conditions?.find((one) => one.type === type);
}

function isInstalled(status: HostedSiteStatus): boolean {
  const found = condition(status, 'ApplicationReady');
  return found?.status === 'True' && found.reason === 'Installed';
}

/** The same condition tells of the command of each release. */
function wasInstalled({ release }: HostedSiteStatus): boolean {
  return release?.command !== undefined && release.lastGood !== undefined;
}

function isInMaintenance(status: HostedSiteStatus): boolean {
  return condition(status, 'Available')?.reason === 'Maintenance';
}

function isHeld(status: HostedSiteStatus): boolean {
  return condition(status, 'Ready')?.reason === 'Suspended';
}
