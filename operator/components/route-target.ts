import type { Ingress } from 'kubernetes-types/networking/v1.d.ts';
import type { Observed, RouteTarget } from './component.ts';
import { live } from './live.ts';

/**
 * Where a visitor of the first host comes for the certificate that the Ingress names; undefined while it names none, or no
 * controller has written its address.
 */
export function routeTarget(seen: Pick<Observed, 'owned'>, name: string): RouteTarget | undefined {
  const ingress = live(seen, 'Ingress', name);
  const [tls] = ingress?.spec?.tls ?? [];
  const { hosts: [host] = [], secretName } = tls ?? {};
  const address = addressOf(ingress?.status);
  if (host === undefined || secretName === undefined || address === undefined) return undefined;
  return { address, host, secretName };
}

function addressOf(status: Ingress['status']): string | undefined {
  const [first] = status?.loadBalancer?.ingress ?? [];
  return first?.ip ?? first?.hostname;
}
