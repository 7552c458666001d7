import type { PartCondition } from '../condition.ts';

export const condition = {
  type: 'NetworkReady',
  means: 'The policies that keep the site and its neighbours apart are written.',
  counts: 'in-ready',
} as const satisfies PartCondition;

export const reasons = {
  PoliciesWritten: "The network policies are written; the cluster's network enforces them if it knows them.",
  EgressForbidden:
    "The operator's configuration opens a range of spec.egress.to to no site: take it out, or ask the administrator.",
  PoliciesDisabled:
    "spec.egress restricts the site, and the operator's configuration switches network policies off: write mode Internet, or ask the administrator.",
} as const;
