import type { Observed, Refusal, Site } from '../component.ts';
import { asksForCertificate } from './certificate.ts';
import { ingressClass } from './ingress.ts';

export function refusals(site: Site, seen: Observed): Refusal[] {
  if (site.route.parentRefs !== undefined) return gatewayApi(seen);
  return [...ingressClasses(site, seen), ...certManager(site, seen)];
}

function gatewayApi({ missingKinds }: Observed): Refusal[] {
  if (!missingKinds.has('HTTPRoute')) return [];
  const message =
    'The cluster does not have the Gateway API (HTTPRoute of gateway.networking.k8s.io/v1). ' +
    'Install it, or leave out spec.route.parentRefs for an Ingress.';
  return [{ reason: 'GatewayAPINotFound', message }];
}

function certManager(site: Site, { missingKinds }: Observed): Refusal[] {
  if (!asksForCertificate(site) || !missingKinds.has('Certificate')) return [];
  const message =
    'The cluster does not have cert-manager (Certificate of cert-manager.io/v1). ' +
    'Install it, or name a Secret that has a certificate in spec.route.tls.secretName.';
  return [{ reason: 'CertManagerNotFound', message }];
}

function ingressClasses(site: Site, seen: Observed): Refusal[] {
  if (seen.ingressClasses === undefined) return [];
  const className = ingressClass(site, seen);
  if (className === undefined) {
    const message =
      'The cluster has no default IngressClass and the site names none. Write spec.route.ingressClassName.';
    return [{ reason: 'IngressClassNotFound', message }];
  }
  if (seen.ingressClasses.has(className)) return [];
  const message = `The IngressClass ${className} does not exist. Name one in spec.route.ingressClassName that kubectl get ingressclass lists.`;
  return [{ reason: 'IngressClassNotFound', message }];
}
