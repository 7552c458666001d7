import type { HostedSiteSpec } from '../../operator/api/hosted-site.ts';
import { isReady, isThere, isWhole } from './scenarios-converged.ts';
import type { Scenario } from './scenarios-converged.ts';
import { apply, change, until } from './scenarios-steps.ts';
import type { Stage, Step } from './scenarios-steps.ts';

const open: HostedSiteSpec = { image: 'registry.example.org/shop:1', hosts: ['shop.example'] };
const closed: HostedSiteSpec = { ...open, route: { maintenance: { enabled: true } } };

function inMaintenance(spec: HostedSiteSpec): Step[] {
  return [apply(spec), until('the site is in maintenance', (stage) => isReady(stage) && isWhole(stage))];
}

function hasNoPage(stage: Stage): boolean {
  const isLeft = stage.feed
    .list('ConfigMap', stage.namespace)
    .some(({ metadata }) => metadata.name.startsWith('shop-maintenance'));
  return !isLeft && !isThere(stage, 'Deployment', 'shop-maintenance');
}

/** Sites that are closed and opened again. */
export const maintenances: readonly Scenario[] = [
  {
    name: 'maintenance-over',
    prepare: inMaintenance(closed),
    act: [change({ route: null })],
    final: 'Ready',
    settled: hasNoPage,
    finalSpec: open,
  },
];
