import type { DeploymentSpec } from 'kubernetes-types/apps/v1.d.ts';
import type { PodSpec } from 'kubernetes-types/core/v1.d.ts';
import type { Manifest, Observed, Owned, PodTemplate, Released, Site } from '../component.ts';
import { isHeld } from '../holds.ts';
import { live } from '../live.ts';
import type { Live } from '../live.ts';
import { placement } from '../pod/application-pod.ts';
import { commandPod } from '../pod/command-pod.ts';
import { revisionAnnotation, servingRevision } from '../serving.ts';
import { selector } from '../selector.ts';
import type { Worker } from '../site.ts';
import { entryLabel, workerName } from './names.ts';

/** Seconds that a worker must run before it counts: without a probe, one that ends at once is ready for a moment. */
export const minReadySeconds = 30;

export function deployment(
  site: Site,
  worker: Worker,
  { seen, all }: { seen: Observed; all: Released },
): Owned {
  const name = workerName(site, worker);
  const kept = keptRevision(live(seen, 'Deployment', name));
  const { name: revision, template } = servingRevision(site, seen, all, kept);
  const labels = labelsOf(site, worker);
  return {
    object: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name },
      spec: {
        replicas: isHeld(site, 'Workers') ? 0 : replicasOf(site, worker),
        selector: { matchLabels: labels },
        // Never more than are asked for: who asks for one counts on it that no two do the same.
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: '25%' } },
        minReadySeconds,
        // The way back is the release that serves; old ReplicaSets are not needed for it.
        revisionHistoryLimit: 0,
        template: {
          metadata: { labels, annotations: { [revisionAnnotation]: revision } },
          spec: podSpec(site, template, worker),
        },
      } satisfies DeploymentSpec,
    } satisfies Manifest,
    lifetime: 'site',
    write: 'apply',
  };
}

export function labelsOf(site: Site, { name }: Pick<Worker, 'name'>): Record<string, string> {
  return { ...selector(site, 'workers'), [entryLabel]: name };
}

/** A site that is switched off is so as a whole. */
export function replicasOf(site: Site, { replicas }: Worker): number {
  return site.replicas === 0 ? 0 : replicas;
}

/** Unlike a run of a cron job, what a worker does on a lost node is taken up by another one: it leaves as soon as a web pod does. */
function podSpec(site: Site, template: PodTemplate, worker: Worker): PodSpec {
  const { tolerations } = placement(site);
  return {
    ...commandPod(site, template, { ...worker, name: 'worker' }),
    ...(tolerations === undefined ? {} : { tolerations }),
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: worker.terminationGracePeriodSeconds,
  };
}

function keptRevision(found: Live<'Deployment'> | undefined): string | undefined {
  return found?.spec?.template.metadata?.annotations?.[revisionAnnotation];
}
