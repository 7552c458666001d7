import type { Component, Owned, Released, Site } from '../component.ts';
import { managed } from '../rights.ts';
import { condition, reasons } from './condition.ts';
import { effective, hidden } from './effective.ts';
import { networkPolicies } from './network-policy.ts';
import { refusals } from './refusals.ts';
import { report } from './report.ts';
import { resolve } from './resolve.ts';
import { egressSpec } from './spec.ts';
import { words } from './words.ts';

const declared = { condition, reasons };

export const network: Component<typeof declared> = {
  name: 'network',
  ...declared,
  rights: managed('NetworkPolicy'),
  // Where no policies are written, somebody must be told that a restriction is not in force.
  fields: { egress: egressSpec },
  words,
  resolve,
  effective,
  hidden,
  enabled: (site) => site.network !== undefined || site.egress.mode === 'Restricted',
  flows: () => [
    { from: 'site-image', to: 'dns' },
    { from: 'site-image', to: 'egress' },
  ],
  refusals,
  manifests,
  report,
};

function manifests(site: Site, _seen: unknown, { flows }: Released): Owned[] {
  return site.network === undefined ? [] : networkPolicies(site, site.network, flows);
}
