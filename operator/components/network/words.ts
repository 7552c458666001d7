import type { PartWords } from '../component.ts';

export const words: PartWords = {
  examples: {
    'spec.egress': { mode: 'Restricted', to: [{ cidr: '10.20.0.0/16' }] },
    'spec.egress.mode': 'Restricted',
    'spec.egress.to': [{ cidr: '10.20.0.0/16', ports: [{ port: 5432 }] }],
    'spec.egress.to[].cidr': '10.20.0.0/16',
    'spec.egress.to[].podSelector': { matchLabels: { app: 'search' } },
    'spec.egress.to[].podSelector.matchLabels': { app: 'search' },
    'spec.egress.to[].ports': [{ port: 5432 }],
    'spec.egress.to[].ports[].port': 5432,
    'spec.egress.to[].ports[].protocol': 'UDP',
  },
  neighbours: {
    'spec.egress.mode': [
      ['Allow, Open, Public', 'Internet'],
      ['Deny, Closed, None', 'Restricted'],
    ],
    'spec.egress.to[].ports[].protocol': [
      ['tcp, HTTP, HTTPS', 'TCP'],
      ['udp, QUIC', 'UDP'],
    ],
  },
};
