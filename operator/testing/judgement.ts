import type { HostedSiteStatus } from '../kinds/hosted-site/hosted-site.ts';
import { components } from '../components/index.ts';
import type { PartCondition } from '../components/condition.ts';
import type { ComponentName, Manifest, Report, Revision } from '../components/component.ts';
import type { Judgement } from '../releases/judgement.ts';
import { componentLabels } from '../objects/labels.ts';
import type { Observed } from '../releases/observed.ts';
import { resolve } from '../sites/resolve.ts';
import { siteStatus } from '../sites/status/status.ts';
import { hostedSite, settings, sight } from './world.ts';

export const morning = '2030-01-01T08:00:00Z';
export const noon = '2030-01-01T12:00:00Z';

export function revision(tag: number): Revision {
  const name = `shop-web-${tag}`;
  return { name, number: tag, inputs: `${tag}`, image: `image:${tag}`, template: { metadata: {}, spec: {} } };
}

/** The Deployment after every replica runs the release. */
export function rolledOut(tag: number, available = 1): Manifest {
  const template = { metadata: { labels: { 'hostedsite.dev/revision': `shop-web-${tag}` } } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'shop-web', generation: 1, labels: componentLabels({ name: 'shop' }, 'web') },
    spec: { replicas: 1, template },
    status: { observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: available },
  };
}

/** A pod of the release that visitors are sent to. */
export function readyPod(tag: number): Manifest {
  const labels = {
    ...componentLabels({ name: 'shop' }, 'web'),
    'hostedsite.dev/revision': `shop-web-${tag}`,
  };
  const status = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: `shop-web-${tag}-a`, labels }, status };
}

export const ready: Report = { ready: { status: 'True', reason: 'Serving', message: 'It serves.' } };
export const pulling: Report = {
  ready: { status: 'False', reason: 'ImagePullFailed', message: 'The image cannot be pulled.' },
  stalled: true,
};

export interface Facts {
  before?: HostedSiteStatus;
  generation?: number;
  owned?: Manifest[];
  revisions?: Revision[];
  reports?: [ComponentName, Report][];
  suspend?: boolean;
  change?: Partial<Judgement>;
}

function conditionOf(name: ComponentName): PartCondition {
  return components.find((one) => one.name === name)!.condition;
}

export function judged({
  before,
  generation = 1,
  owned = [rolledOut(1)],
  revisions = [revision(1)],
  reports,
  suspend,
  change,
}: Facts) {
  const site = hostedSite({ suspend: suspend === true }, before === undefined ? {} : { status: before });
  site.metadata = { ...site.metadata, generation };
  const seen: Observed = { ...sight(owned, site), revisions };
  const judgement: Judgement = {
    seen,
    site: resolve(site, settings),
    state: { is: 'running', desired: revision(1) },
    reports: (reports ?? [['web', ready]]).map(([name, report]) => ({
      ...{ component: name, condition: conditionOf(name) },
      report,
    })),
    refusals: [],
    asDesired: true,
    ...change,
  };
  return siteStatus(judgement);
}

export function condition(status: HostedSiteStatus, type: string) {
  return status.conditions?.find((one) => one.type === type);
}
