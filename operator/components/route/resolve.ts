import type { Site, Sources } from '../component.ts';
import { issuerDefaults, routeDefaults } from './spec.ts';
import type { RouteSpec } from './spec.ts';

type Route = Site['route'];

/** A list without an entry is one: the site trusts nobody. */
export function resolve(
  { route = {} }: { route?: RouteSpec },
  { trustedProxies }: Sources,
): Pick<Site, 'route'> {
  const { tls, maintenance, ...rest } = route;
  const { redirectToHTTPS, redirectToCanonicalHost } = routeDefaults;
  return {
    route: {
      redirectToHTTPS,
      redirectToCanonicalHost,
      ...(trustedProxies.length === 0 ? {} : { trustedProxies }),
      ...rest,
      ...resolvedTls(tls),
      ...resolvedMaintenance(maintenance),
    },
  };
}

function resolvedTls(tls: RouteSpec['tls']): Pick<Route, 'tls'> {
  if (tls?.issuerRef !== undefined) return { tls: { issuerRef: { ...issuerDefaults, ...tls.issuerRef } } };
  return tls?.secretName === undefined ? {} : { tls: { secretName: tls.secretName } };
}

function resolvedMaintenance(maintenance: RouteSpec['maintenance']): Pick<Route, 'maintenance'> {
  if (maintenance?.enabled !== true) return {};
  return { maintenance: { allowFrom: maintenance.allowFrom ?? routeDefaults.maintenance.allowFrom } };
}
