import type { Mutant } from '../mutant.ts';

const network = 'operator/components/network';
const specs = [`${network}/index.spec.ts`];

export const tenancy: readonly Mutant[] = [
  {
    name: 'rule-without-peers',
    family: 'edge',
    file: `${network}/rules.ts`,
    find: 'return peers.length === 0 || ports.length === 0 ? [] : ',
    replace: 'return ',
    why: 'Where nobody is named everybody is let in.',
    specs,
    scenarios: [],
    faults: [],
  },
  {
    name: 'object-cache-of-all-pods',
    family: 'edge',
    file: 'operator/components/object-cache/index.ts',
    find: "[{ from: 'image', to: 'object-cache', port: ports[cache.engine] }]",
    replace: "[{ from: 'visitors', to: 'object-cache', port: ports[cache.engine] }]",
    why: 'A server without a password is open to whoever brings visitors, and closed to its site.',
    specs: ['operator/components/object-cache/index.spec.ts'],
    scenarios: [],
    faults: [],
  },
  {
    name: 'metadata-service-open',
    family: 'edge',
    file: `${network}/rules.ts`,
    find: 'cidr === undefined ? [] : [ipBlock(cidr, forbiddenNetworks)]',
    replace: 'cidr === undefined ? [] : [ipBlock(cidr, [])]',
    why: "A site that opens a wide range gets at the node's credentials.",
    specs,
    scenarios: [],
    faults: [],
  },
  {
    name: 'opened-policy-stays-open',
    family: 'edge',
    file: 'operator/reconcile/plan.ts',
    find: "wanted.kind === 'NetworkPolicy' ? difference(live['spec'], wanted['spec'], 'spec') : undefined",
    replace: 'undefined',
    why: 'A rule that somebody adds to a policy opens a site for good.',
    specs: ['operator/reconcile/plan.spec.ts'],
    scenarios: [],
    faults: [],
  },
];
