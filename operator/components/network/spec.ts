import type * as z from 'zod';
import { cidr, group, labels, listOf, oneOf, whole } from '../../api/fields.ts';

export const egressDefaults = { mode: 'Internet', to: [] } as const;
export const portDefaults = { protocol: 'TCP' } as const;

const port = group('A port.', {
  port: whole("The destination's port: of pods, their own and not that of a Service.", {
    min: 1,
    max: 65535,
  }),
  protocol: oneOf(['TCP', 'UDP'], `Its protocol. Default: ${portDefaults.protocol}.`).exactOptional(),
});

const destination = group(
  'Something outside the site that the application may connect to.',
  {
    cidr: cidr(
      'A range of addresses; no Service, which stands for its pods. Default: none, then podSelector says what is meant.',
    ).exactOptional(),
    podSelector: group(
      "Pods of the site's own namespace. Those of another site let ingress controllers in alone: ask it by its host. " +
        'Default: none, then cidr says what is meant.',
      { matchLabels: labels('Labels that the pods carry, all of them.') },
    ).exactOptional(),
    ports: listOf(port, 'Its ports. Default: every port of every protocol.', {
      max: 16,
      rules: [{ rule: 'size(self) > 0', message: 'write a port, or leave ports out to open all of them' }],
    }).exactOptional(),
  },
  [{ rule: 'has(self.cidr) != has(self.podSelector)', message: 'write either cidr or podSelector' }],
);

export const egressSpec = group(
  "Where the application may connect to, besides the other parts of its site and the cluster's DNS. Default: the internet.",
  {
    mode: oneOf(
      ['Internet', 'Restricted'],
      'Internet: every public address, but no private network. Restricted: nothing but what `to` names. ' +
        `Default: ${egressDefaults.mode}.`,
    ).exactOptional(),
    to: listOf(
      destination,
      'What it may connect to as well: a service in a private network, pods of its own namespace. Default: none.',
      { max: 32 },
    ).exactOptional(),
  },
);

export type EgressSpec = z.input<typeof egressSpec>;
