import type { CronJob, CronJobSpec } from 'kubernetes-types/batch/v1.d.ts';
import type { CronEntry, Manifest, Observed, Owned, Released, Site } from '../component.ts';
import { isHeld } from '../holds.ts';
import { isInstalled, live } from '../live.ts';
import type { Live } from '../live.ts';
import { commandPod } from '../pod/command-pod.ts';
import { revisionAnnotation, servingRevision } from '../serving.ts';
import { selector } from '../selector.ts';
import { cronJobName, entryLabel, sinceAnnotation } from './names.ts';

/** Seconds after its time within which a run may still begin, when nothing could begin one in between. */
const startingDeadlineSeconds = 300;

/** Of an entry whose schedule has no `H` any more. */
export function cronJob(
  site: Site,
  entry: CronEntry,
  { seen, all }: { seen: Observed; all: Released },
): Owned {
  const name = cronJobName(site, entry);
  // There must be an application to run it in.
  const held = isHeld(site, 'Cron') || !isInstalled(site, seen);
  const { schedule, timeZone } = entry;
  const since = held
    ? undefined
    : periodsSince(live(seen, 'CronJob', name), { schedule, timeZone }, seen.now);
  return {
    object: {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name, ...(since === undefined ? {} : { annotations: { [sinceAnnotation]: since } }) },
      spec: {
        schedule,
        timeZone,
        concurrencyPolicy: 'Forbid',
        startingDeadlineSeconds,
        suspend: held,
        successfulJobsHistoryLimit: 1,
        failedJobsHistoryLimit: 1,
        jobTemplate: jobTemplate(site, entry, { seen, all }),
      } satisfies CronJobSpec,
    } satisfies CronJob & Manifest,
    lifetime: 'site',
    write: 'apply',
  };
}

function jobTemplate(
  site: Site,
  entry: CronEntry,
  { seen, all }: { seen: Observed; all: Released },
): CronJobSpec['jobTemplate'] {
  const kept = keptRevision(live(seen, 'CronJob', cronJobName(site, entry)));
  const { name: revision, template } = servingRevision(site, seen, all, kept);
  const labels = { [entryLabel]: entry.name };
  return {
    metadata: { labels, annotations: { [revisionAnnotation]: revision } },
    spec: {
      // A command that was cut off in the middle is not begun again before its next time, unless its node is to blame.
      backoffLimit: 0,
      podFailurePolicy: { rules: [{ action: 'Ignore', onPodConditions: [disruption] }] },
      activeDeadlineSeconds: entry.activeDeadlineSeconds,
      template: {
        metadata: { labels: { ...selector(site, 'cron'), ...labels } },
        spec: commandPod(site, template, { ...entry, name: 'cron' }),
      },
    },
  };
}

function keptRevision(cronJob: Live<'CronJob'> | undefined): string | undefined {
  return cronJob?.spec?.jobTemplate.metadata?.annotations?.[revisionAnnotation];
}

const disruption = { type: 'DisruptionTarget', status: 'True' };

/** What went by under another schedule, or while it was held, is not missed. */
function periodsSince(
  found: Live<'CronJob'> | undefined,
  calendar: Pick<CronEntry, 'schedule' | 'timeZone'>,
  now: Date,
): string {
  const since = found?.metadata.annotations?.[sinceAnnotation] ?? '';
  const isKnown = !Number.isNaN(Date.parse(since));
  return isKnown && goesOn(found?.spec, calendar) ? since : now.toISOString().replace(/\.\d+Z$/, 'Z');
}

function goesOn(
  spec: CronJobSpec | undefined,
  { schedule, timeZone }: Pick<CronEntry, 'schedule' | 'timeZone'>,
): boolean {
  return spec?.suspend !== true && spec?.schedule === schedule && spec.timeZone === timeZone;
}
