import type { HostedSiteSpec } from '../../operator/kinds/hosted-site/hosted-site.ts';
import { areLabelled, unlabel } from './scenarios-children.ts';
import { isReady, isThere, isWhole } from './scenarios-converged.ts';
import type { Scenario } from './scenarios-converged.ts';
import { apply, change, until } from './scenarios-steps.ts';
import type { Stage, Step } from './scenarios-steps.ts';

const plain: HostedSiteSpec = { image: 'registry.example.org/shop:1', hosts: ['shop.example'] };
const gateways: HostedSiteSpec = { ...plain, route: { parentRefs: [{ name: 'public' }] } };
const issued: HostedSiteSpec = { ...plain, route: { tls: { issuerRef: { name: 'letsencrypt' } } } };

function published(spec: HostedSiteSpec): Step[] {
  return [apply(spec), until('the site is ready', (stage) => isReady(stage) && isWhole(stage))];
}

/** What published the hosts before goes when what publishes them now has been taken for a while. */
const moved =
  (from: 'Ingress' | 'HTTPRoute', to: 'Ingress' | 'HTTPRoute') =>
  (stage: Stage): boolean =>
    isThere(stage, to, 'shop') && !isThere(stage, from, 'shop') && isReady(stage) && isWhole(stage);

/** Sites that are published in other ways than by an Ingress over plain HTTP. */
export const routes: readonly Scenario[] = [
  {
    name: 'ingress-to-gateway',
    prepare: published(plain),
    act: [change({ route: gateways.route })],
    final: 'Ready',
    settled: moved('Ingress', 'HTTPRoute'),
    finalSpec: gateways,
  },
  {
    name: 'gateway-to-ingress',
    prepare: published(gateways),
    act: [change({ route: null })],
    final: 'Ready',
    settled: moved('HTTPRoute', 'Ingress'),
    finalSpec: plain,
  },
  {
    name: 'gateway-unlabelled',
    prepare: published(gateways),
    act: [unlabel],
    final: 'Ready',
    settled: areLabelled,
    finalSpec: gateways,
  },
  {
    name: 'certificate-unlabelled',
    prepare: published(issued),
    act: [unlabel],
    final: 'Ready',
    settled: areLabelled,
    finalSpec: issued,
  },
  { name: 'certificate-issued', act: [apply(issued)], final: 'Ready', finalSpec: issued },
  {
    name: 'certificate-dropped',
    prepare: published(issued),
    act: [change({ route: null })],
    final: 'Ready',
    settled: (stage) => !isThere(stage, 'Certificate', 'shop-tls') && isReady(stage) && isWhole(stage),
    finalSpec: plain,
  },
];
