import type { CronJob, CronJobSpec } from 'kubernetes-types/batch/v1.d.ts';
import type { CronEntry, Manifest, Observed, Owned, Released, Site } from '../component.ts';
import { live } from '../live.ts';
import type { Live } from '../live.ts';
import { commandPod } from '../pod/command-pod.ts';
import { selector } from '../selector.ts';
import { isHeld } from './held.ts';
import { cronJobName, entryLabel, revisionAnnotation, sinceAnnotation } from './names.ts';
import { servingRevision } from './serving.ts';

/** Seconds after its time within which a run may still begin, when nothing could begin one in between. */
const startingDeadlineSeconds = 300;

/** Of an entry whose schedule has no `H` any more. */
export function cronJob(
  site: Site,
  entry: CronEntry,
  { seen, all }: { seen: Observed; all: Released },
): Owned {
  const name = cronJobName(site, entry);
  const held = isHeld(site, seen, all);
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
  const { name: revision, template } = servingRevision(site, seen, all, cronJobName(site, entry));
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
