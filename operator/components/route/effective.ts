import type { Site } from '../component.ts';
import type { RouteSpec } from './spec.ts';

/** Lists without a default. */
export const hidden = ['route.parentRefs', 'route.maintenance.allowFrom'];

export function effective({ route }: Site, { route: written }: { route?: RouteSpec }): { route: RouteSpec } {
  const { ingressClassName, tls, redirectToHTTPS, redirectToCanonicalHost, trustedProxies } = route;
  return {
    route: {
      ...(ingressClassName === undefined ? {} : { ingressClassName }),
      ...(tls === undefined ? {} : { tls }),
      redirectToHTTPS,
      redirectToCanonicalHost,
      ...(trustedProxies === undefined || written?.trustedProxies !== undefined
        ? {}
        : { trustedProxies: [...trustedProxies] }),
      maintenance: { enabled: route.maintenance !== undefined },
    },
  };
}
