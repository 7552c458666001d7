import type { PartCondition } from '../condition.ts';

export const condition = {
  type: 'RouteReady',
  means:
    'The hosts are published, and as far as the operator can see, visitors get the certificate that is asked for.',
  counts: 'in-ready',
} as const satisfies PartCondition;

export const reasons = {
  Published: 'The rules for the hosts are written.',
  CertificatePending:
    'cert-manager has not issued the certificate for the hosts yet; the message has its words.',
  IngressClassNotFound: 'The IngressClass does not exist: name one that kubectl get ingressclass lists.',
  CertManagerNotFound:
    'spec.route.tls.issuerRef is written and the cluster has no cert-manager: install it, or write secretName instead.',
  CertificateNotServed:
    'Visitors of the first host get no certificate that is for it and valid now: make or correct the Secret that spec.route.tls names; the message says how.',
  GatewayAPINotFound:
    'spec.route.parentRefs is written and the cluster has no Gateway API: install it, or leave parentRefs out for an Ingress.',
  RouteRejected:
    'A Gateway does not take the route, for example because it allows no routes from this namespace: correct spec.route.parentRefs, spec.hosts or the Gateway.',
} as const;
