import type { Deployment } from 'kubernetes-types/apps/v1.d.ts';
import type { Manifest } from '../../operator/components/component.ts';
import { edit, siteName } from './scenarios-steps.ts';
import type { Stage, Step } from './scenarios-steps.ts';
import type { FeedKind } from './world-feed.ts';

const managedBy = 'app.kubernetes.io/managed-by';
const repairable: readonly FeedKind[] = [
  'ServiceAccount',
  'Service',
  'ConfigMap',
  'ControllerRevision',
  'StatefulSet',
  'Deployment',
  'HorizontalPodAutoscaler',
  'PodDisruptionBudget',
  'Ingress',
  'NetworkPolicy',
  'HTTPRoute',
  'Certificate',
  'CronJob',
];

/** Somebody takes the label off by which the operator finds its objects: they are there, and it does not see them. */
export const unlabel: Step = {
  words: "take the operator's label off every child",
  async take(stage) {
    const labels = { [managedBy]: null };
    for (const kind of repairable) {
      for (const { metadata } of childrenOf(stage, kind))
        await edit(kind, metadata.name, { metadata: { labels } }).take(stage);
    }
  },
};

function childrenOf({ feed, namespace }: Stage, kind: FeedKind): Manifest[] {
  return feed
    .list(kind, namespace)
    .filter(({ metadata }) => metadata.ownerReferences?.some((owner) => owner.kind === 'HostedSite'));
}

export function areLabelled(stage: Stage): boolean {
  return repairable.every((kind) => childrenOf(stage, kind).every(isLabelled));
}

function isLabelled({ metadata }: Manifest): boolean {
  return metadata.labels?.[managedBy] === 'hostedsite';
}

export function isAutoscaled({ feed, namespace }: Stage, replicas: number): boolean {
  const deployment = feed.get('Deployment', namespace, 'shop-web') as (Manifest & Deployment) | undefined;
  const isHandedOver = deployment?.metadata.annotations?.['hostedsite.dev/replicas'] === 'Autoscaled';
  return isHandedOver && deployment?.spec?.replicas === replicas;
}

export function isRepaired({ feed, namespace }: Stage): boolean {
  const deployment = feed.get('Deployment', namespace, 'shop-web') as (Manifest & Deployment) | undefined;
  const service = JSON.stringify(feed.get('Service', namespace, 'shop-web')?.['spec']);
  const ingress = JSON.stringify(feed.get('Ingress', namespace, siteName)?.['spec']);
  const isServed = service.includes('"targetPort":"http"') && !service.includes('nowhere');
  return deployment?.spec?.replicas === 1 && isServed && !ingress.includes('wrong.example');
}
