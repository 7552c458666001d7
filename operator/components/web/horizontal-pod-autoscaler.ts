import type { HorizontalPodAutoscaler } from 'kubernetes-types/autoscaling/v2.d.ts';
import type { Manifest, Observed, Owned, Site } from '../component.ts';
import { autoscalingInForce } from '../pod/replicas.ts';

/** The percentage is of what every container of the pod requests: one without a request would make it unknown. */
export function horizontalPodAutoscaler(site: Site, seen: Observed): Owned[] {
  const autoscaling = autoscalingInForce(site, seen);
  if (autoscaling === undefined) return [];
  const { minReplicas, maxReplicas, targetCPUUtilizationPercentage: averageUtilization } = autoscaling;
  const name = `${site.name}-web`;
  const object = {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
      minReplicas,
      maxReplicas,
      metrics: [
        {
          type: 'Resource',
          resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } },
        },
      ],
    },
  } satisfies HorizontalPodAutoscaler & Manifest;
  return [{ object, lifetime: 'site', write: 'apply' }];
}
