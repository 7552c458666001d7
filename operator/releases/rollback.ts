import type { Manifest, PodTemplate, Revision, Site } from '../components/component.ts';
import { isRecord } from '../objects/difference.ts';
import type { ComponentReport } from './judgement.ts';
import { componentOf, revisionLabel } from '../objects/labels.ts';
import type { Observed } from './observed.ts';
import { mountedConfigMaps } from './revision.ts';
import { hasSucceeded, othersThan } from './succeeded.ts';

/** Whether a release is given up; what is late for another reason than itself gets more time. */
export interface Evaluation {
  failure?: string;
  /** When it is given up unless it comes up; set where it is late already. */
  deadline?: Date;
}

/**
 * A release that is late fails, unless a part of the site that its pods need was not there: then it has the whole deadline
 * from the moment that the last of them came.
 */
export function evaluate(reports: readonly ComponentReport[], site: Site, seen: Observed): Evaluation {
  const failure = reports.map(({ report }) => report.failure).find((text) => text !== undefined);
  if (failure === undefined) return {};
  const needed = reports.filter(({ condition }) => condition.neededByPods === true);
  if (needed.some(({ report }) => report.ready.status !== 'True')) return {};
  const since = Math.max(0, ...needed.map(({ condition }) => thereSince(condition.type, seen)));
  const deadline = new Date(since + site.rollout.progressDeadlineSeconds * 1000);
  return deadline > seen.now ? { deadline } : { failure };
}

/** Milliseconds since 1970; what is not told yet has come just now. */
function thereSince(condition: string, { site, now }: Observed): number {
  const found = site.status?.conditions?.find(({ type }) => type === condition);
  return found?.status === 'True' ? Date.parse(found.lastTransitionTime) : now.getTime();
}

/**
 * What to go back to: of the releases that succeeded the one that was asked for last, if it can start. Where nothing is
 * remembered, it is one that serves now.
 */
export function lastGood(desired: Revision, seen: Observed, rendered?: PodTemplate): Revision | undefined {
  const others = othersThan(desired, seen);
  const succeeded = others.filter((revision) => hasSucceeded(revision, seen));
  const good = succeeded.length > 0 ? succeeded : others.filter((revision) => hasReadyPod(revision, seen));
  return good.find((revision) => canStart(revision, seen, rendered)) ?? good[0];
}

/** What is out of order with the last good release too is not the new one's fault; going back would not help. */
export function isUnwell(revision: Revision, seen: Observed): boolean {
  const pods = podsOf(revision, seen);
  return pods.length > 0 && !pods.some(isReady);
}

/** Every ConfigMap that it mounts is there, or would be made. */
export function canStart({ template }: Revision, seen: Observed, rendered?: PodTemplate): boolean {
  const there = new Set(rendered === undefined ? [] : mountedConfigMaps(rendered));
  for (const object of seen.owned) if (object.kind === 'ConfigMap') there.add(object.metadata.name);
  return mountedConfigMaps(template).every((name) => there.has(name));
}

/** Some visitors may be served by it. */
export function hasReadyPod(revision: Revision, seen: Observed): boolean {
  return podsOf(revision, seen).some(isReady);
}

/** Those that are there to stay. */
function podsOf({ name }: Revision, { pods }: Observed): Manifest[] {
  return pods.filter((pod) => {
    const { labels, deletionTimestamp } = pod.metadata;
    const isWeb = componentOf(pod) === 'web' && labels?.[revisionLabel] === name;
    return isWeb && deletionTimestamp === undefined && !ended.has(statusOf(pod)['phase']);
  });
}

const ended: ReadonlySet<unknown> = new Set(['Succeeded', 'Failed']);

function isReady(pod: Manifest): boolean {
  const { conditions } = statusOf(pod) as { conditions?: { type: string; status: string }[] };
  return conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true;
}

function statusOf({ status }: Manifest): Record<string, unknown> {
  return isRecord(status) ? status : {};
}
