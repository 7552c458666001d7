import type { DeploymentSpec } from 'kubernetes-types/apps/v1.d.ts';
import type { Owned, Revision, Site } from '../component.ts';
import { selector } from '../selector.ts';
import type { Scale } from './scale.ts';

/** Runs the release that this pass has chosen, which may be an older one than the spec would render. */
export function deployment(site: Site, { template }: Revision, scale: Scale): Owned {
  const { maxSurge, maxUnavailable, progressDeadlineSeconds } = site.rollout;
  const { replicas, annotations, handOver } = scale;
  return {
    object: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: `${site.name}-web`, ...(annotations === undefined ? {} : { annotations }) },
      spec: {
        ...(replicas === undefined ? {} : { replicas }),
        selector: { matchLabels: selector(site, 'web') },
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } },
        progressDeadlineSeconds,
        // The way back is a ControllerRevision of the site; old ReplicaSets are not needed for it.
        revisionHistoryLimit: 2,
        template,
      } satisfies Omit<DeploymentSpec, 'template'> & { template: unknown },
    },
    lifetime: 'site',
    write: 'apply',
    ...(handOver === undefined ? {} : { handOver: { spec: { replicas: handOver } } }),
  };
}
