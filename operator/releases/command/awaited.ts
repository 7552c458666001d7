import type { Job } from 'kubernetes-types/batch/v1.d.ts';
import { isOver } from '../../commands/ending.ts';
import { entryLabel as cronLabel } from '../../components/cron/names.ts';
import { entryLabel as workerLabel } from '../../components/workers/names.ts';
import type { Manifest, Site } from '../../components/component.ts';
import { componentOf, taskLabel } from '../../objects/labels.ts';
import type { Observed } from '../observed.ts';
import { attemptOf, commandPods, isMadeBy, jobName } from './attempt.ts';
import { othersAtWork } from './page.ts';
import type { Command } from './state.ts';

type State = Extract<Command['state'], { is: 'begins' }>;

/**
 * What the pod of a command waits for behind its gate, as a part of a sentence; undefined where that is a matter of moments. Names of
 * what Kubernetes makes are left out: they change.
 */
export function awaited(
  site: Site,
  seen: Observed,
  desired: Command['revision'],
  { pod }: State,
): string | undefined {
  return ofJob(site, seen) ?? others(site, seen, desired) ?? (pod && cronJobs(seen));
}

function ofJob(site: Site, seen: Observed): string | undefined {
  const attempt = attemptOf(site, seen);
  if (attempt === undefined) return undefined;
  const { metadata, spec } = attempt.job as Manifest & Job;
  const name = `the Job ${jobName(site)}`;
  if (metadata.deletionTimestamp !== undefined) return `${name}, which is being deleted, is gone`;
  if (spec?.suspend === true)
    return `${name} is not suspended any more: who has set its spec.suspend must take it back`;
  const pods = commandPods(seen).filter((one) => isMadeBy(one, attempt) && !isOver(one));
  return pods.length > 1 ? `${name}, which has more than one pod, has one that has not ended` : undefined;
}

/** Only where nothing else may work on the data. */
function others(site: Site, seen: Observed, desired: Command['revision']): string | undefined {
  const names = [...new Set(othersAtWork({ site, seen, desired }).map(nameOf))].sort();
  return names.length === 0 ? undefined : `these have ended: ${names.join(', ')}`;
}

function nameOf(object: Manifest): string {
  const { labels = {} } = object.metadata;
  const task = labels[taskLabel];
  if (task !== undefined) return `the task ${task}`;
  if (componentOf(object) === 'cron') return `a run of the cron job ${labels[cronLabel] ?? ''}`.trimEnd();
  if (object.kind === 'Deployment') return `the worker of the Deployment ${object.metadata.name}`;
  return `the worker ${labels[workerLabel] ?? ''}`.trimEnd();
}

function cronJobs({ owned }: Observed): string | undefined {
  const names = owned.filter((object) => object.kind === 'CronJob' && !isSuspended(object));
  if (names.length === 0) return undefined;
  const list = names.map(({ metadata }) => metadata.name).sort();
  return `these CronJobs are suspended: ${list.join(', ')}`;
}

function isSuspended({ spec }: Manifest): boolean {
  return (spec as { suspend?: boolean } | undefined)?.suspend === true;
}
