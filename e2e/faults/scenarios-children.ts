import type { Manifest } from '../../operator/components/component.ts';
import { edit } from './scenarios-steps.ts';
import type { Stage, Step } from './scenarios-steps.ts';
import type { FeedKind } from './world-feed.ts';

const managedBy = 'app.kubernetes.io/managed-by';
export const repairable: readonly FeedKind[] = [
  'ServiceAccount',
  'Service',
  'ConfigMap',
  'ControllerRevision',
  'StatefulSet',
  'Deployment',
  'Ingress',
  'NetworkPolicy',
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

export function childrenOf({ feed, namespace }: Stage, kind: FeedKind): Manifest[] {
  return feed
    .list(kind, namespace)
    .filter(({ metadata }) => metadata.ownerReferences?.some((owner) => owner.kind === 'HostedSite'));
}

export function isLabelled({ metadata }: Manifest): boolean {
  return metadata.labels?.[managedBy] === 'hostedsite';
}
