import type { Observed, Refusal, Site } from '../component.ts';
import { ingressClass } from './ingress.ts';

export function refusals(site: Site, seen: Observed): Refusal[] {
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
