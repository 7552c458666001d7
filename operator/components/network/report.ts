import { live } from '../live.ts';
import type { Observed, Released, Report, Site } from '../component.ts';
import { networkPolicies } from './network-policy.ts';

export function report(site: Site, seen: Observed, { flows }: Released): Report {
  const { network } = site;
  if (network === undefined) return { ready: unenforced, stalled: true };
  const names = networkPolicies(site, network, flows).map(({ object }) => object.metadata.name);
  if (names.every((name) => live(seen, 'NetworkPolicy', name) !== undefined)) return { ready: written };
  return { ready: { status: 'Unknown', reason: 'Progressing', message: 'The policies are being written.' } };
}

const written = {
  status: 'True',
  reason: 'PoliciesWritten',
  message: "The policies are written. The cluster's network enforces them if it knows NetworkPolicies.",
} as const;

const unenforced = {
  status: 'False',
  reason: 'PoliciesDisabled',
  message:
    "The operator's configuration switches network policies off, so spec.egress.mode Restricted is not in force. " +
    'Write mode Internet, or ask the administrator.',
} as const;
