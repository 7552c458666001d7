import type { Component, Observed, Owned, Released, Report, Site } from '../component.ts';
import { patienceEnds } from '../autoscaler.ts';
import { mountPathRefusals } from '../pod/mount-paths.ts';
import { boostInForce, mostReplicas } from '../pod/replicas.ts';
import { managed, watched } from '../rights.ts';
import { condition, reasons } from './condition.ts';
import { effective, hidden } from './effective.ts';
import { deployment } from './deployment.ts';
import { horizontalPodAutoscaler } from './horizontal-pod-autoscaler.ts';
import { podDisruptionBudget } from './pod-disruption-budget.ts';
import { podTemplate } from './pod-template.ts';
import { report } from './report.ts';
import { resolve } from './resolve.ts';
import { scale } from './scale.ts';
import { serviceAccount } from './service-account.ts';
import { service } from './service.ts';
import { autoscalingSpec, boostSpec, rolloutSpec, webSpec } from './spec.ts';
import type { RolloutSpec, WebSpec } from './spec.ts';
import { words } from './words.ts';
import { sizes } from './sizes.ts';

type WebFields = { web?: WebSpec; rollout?: RolloutSpec };

const declared = { condition, reasons, sizes };

export const web: Component<typeof declared> = {
  name: 'web',
  ...declared,
  rights: [
    ...managed('ServiceAccount', 'Deployment', 'HorizontalPodAutoscaler', 'PodDisruptionBudget', 'Service'),
    ...watched('Pod'),
  ],
  fields: { web: webSpec, rollout: rolloutSpec, autoscaling: autoscalingSpec, boost: boostSpec },
  words,
  resolve,
  effective,
  hidden,
  inputs: ({ web: written, rollout }: WebFields) => ({
    web: written,
    rollout: rollout && { terminationGracePeriodSeconds: rollout.terminationGracePeriodSeconds },
  }),
  enabled: () => true,
  runsImage: true,
  podTemplate: (site, _seen, all) => podTemplate(site, all),
  refusals: (site) => mountPathRefusals(site),
  manifests,
  report: untilTimeIsOver,
};

/** The budget before the pods that it is for, the autoscaler after the number that it takes over. */
function manifests(site: Site, seen: Observed, { revision, servingPort }: Released): Owned[] {
  const scaled = scale(site, seen);
  const most = Math.max(mostReplicas(site, seen), scaled.replicas ?? 0);
  return [
    serviceAccount(site),
    ...podDisruptionBudget(site, most),
    deployment(site, revision, scaled),
    ...horizontalPodAutoscaler(site, seen),
    service(site, servingPort),
  ];
}

/** Nothing happens in the cluster when a number of pods is over by the clock: the site has to be looked at then. */
function untilTimeIsOver(site: Site, seen: Observed, all: Released): Report {
  const reported = report(site, seen, all);
  const ends = [reported.recheckAt, boostInForce(site, seen)?.endTime, scale(site, seen).until];
  const times = [...ends, patienceEnds(site, seen)].flatMap((at) => at?.getTime() ?? []);
  return times.length === 0 ? reported : { ...reported, recheckAt: new Date(Math.min(...times)) };
}
