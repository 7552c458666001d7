import type { PartWords } from '../component.ts';

export const words: PartWords = {
  examples: {
    'spec.route': { tls: { secretName: 'shop-tls' }, redirectToHTTPS: true },
    'spec.route.ingressClassName': 'traefik',
    'spec.route.parentRefs': [{ name: 'public', namespace: 'gateways' }],
    'spec.route.parentRefs[].name': 'public',
    'spec.route.parentRefs[].namespace': 'gateways',
    'spec.route.parentRefs[].sectionName': 'https',
    'spec.route.tls': { secretName: 'shop-tls' },
    'spec.route.tls.secretName': 'shop-tls',
    'spec.route.tls.issuerRef': { name: 'letsencrypt', kind: 'ClusterIssuer' },
    'spec.route.tls.issuerRef.name': 'letsencrypt',
    'spec.route.tls.issuerRef.kind': 'ClusterIssuer',
    'spec.route.tls.issuerRef.group': 'cert-manager.io',
    'spec.route.redirectToHTTPS': true,
    'spec.route.redirectToCanonicalHost': true,
    'spec.route.trustedProxies': ['203.0.113.0/24', '2001:db8:1::/48'],
    'spec.route.maintenance': { enabled: true, allowFrom: ['203.0.113.7/32'] },
    'spec.route.maintenance.enabled': true,
    'spec.route.maintenance.allowFrom': ['203.0.113.7/32'],
  },
  neighbours: {
    'spec.route': [
      ['className, ingressClass', 'ingressClassName'],
      ['forceSSL, sslRedirect, httpsOnly', 'redirectToHTTPS'],
      ['gateways', 'parentRefs'],
    ],
    'spec.route.tls': [
      ['secret', 'secretName'],
      ['issuer, clusterIssuer', 'issuerRef'],
      'It is no switch: `tls: true` is refused.',
    ],
    'spec.route.maintenance': ['It is no switch: write `maintenance: {enabled: true}`.'],
  },
};
