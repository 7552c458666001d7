import { contains } from '../../api/cidr.ts';
import type { Refusal, Site } from '../component.ts';

/** What the administrator has closed for all sites cannot be seen by a schema. */
export function refusals({ egress, network }: Site): Refusal[] {
  const desired = egress.to.flatMap(({ cidr }) => cidr ?? []);
  return desired.flatMap((cidr) => {
    const closed = network?.forbiddenNetworks.find((one) => contains(one, cidr));
    return closed === undefined ? [] : [refusal(cidr, closed)];
  });
}

function refusal(cidr: string, closed: string): Refusal {
  const message =
    `spec.egress.to names ${cidr}, and the operator's configuration opens ${closed} to no site. ` +
    'Take it out of spec.egress.to, or ask the administrator.';
  return { reason: 'EgressForbidden', message };
}
