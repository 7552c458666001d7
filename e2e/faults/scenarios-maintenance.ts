import type { HostedSiteSpec } from '../../operator/kinds/hosted-site/hosted-site.ts';
import { isReady, isThere, isWhole } from './scenarios-converged.ts';
import type { Scenario } from './scenarios-converged.ts';
import { apply, change, until } from './scenarios-steps.ts';
import type { Stage, Step } from './scenarios-steps.ts';

const open: HostedSiteSpec = { image: 'registry.example.org/shop:1', hosts: ['shop.example'] };
const closed: HostedSiteSpec = { ...open, route: { maintenance: { enabled: true } } };

const off: HostedSiteSpec = { ...open, replicas: 0 };

function behindPage(spec: HostedSiteSpec): Step[] {
  return [apply(spec), until('visitors get a page instead', (stage) => isReady(stage) && isWhole(stage))];
}

export function hasNoPage(stage: Stage): boolean {
  const isLeft = stage.feed
    .list('ConfigMap', stage.namespace)
    .some(({ metadata }) => metadata.name.startsWith('shop-maintenance'));
  return !isLeft && !isThere(stage, 'Deployment', 'shop-maintenance');
}

/** Sites that are closed, or switched off, and opened again. */
export const maintenances: readonly Scenario[] = [
  {
    name: 'maintenance-over',
    prepare: behindPage(closed),
    act: [change({ route: null })],
    final: 'Ready',
    settled: hasNoPage,
    finalSpec: open,
  },
  {
    name: 'switched-on-again',
    prepare: behindPage(off),
    act: [change({ replicas: null })],
    final: 'Ready',
    settled: hasNoPage,
    finalSpec: open,
  },
];
