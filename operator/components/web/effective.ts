import { duration } from '../../api/duration.ts';
import type { Observed, Site } from '../component.ts';
import { applicationResources } from '../pod/application-pod.ts';
import { replicas } from './scale.ts';
import type { AutoscalingSpec, RolloutSpec, WebSpec } from './spec.ts';

/** What may hold credentials, names what does, or has no default; a boost that is over is written still. */
export const hidden = [
  ...['web.command', 'web.args', 'web.env', 'web.envFrom', 'web.generatedEnv', 'web.configFiles'],
  'boost',
];

interface Effective {
  replicas?: number;
  autoscaling?: AutoscalingSpec;
  web: WebSpec;
  rollout: RolloutSpec;
}

/** An autoscaler sets the number of pods in place of the spec. */
export function effective(site: Site, _spec: object, seen: Observed): Effective {
  const { autoscaling, rollout } = site;
  const { port, healthPath, startupSeconds, idleTimeoutSeconds, scratchSize } = site.web;
  return {
    ...(autoscaling === undefined ? { replicas: replicas(site, seen) } : { autoscaling }),
    web: {
      port,
      healthPath,
      startupSeconds,
      idleTimeout: duration(idleTimeoutSeconds),
      resources: applicationResources(site),
      scratchSize,
    },
    rollout,
  };
}
