import type { Observed, Owned, ParentRef, Site } from '../component.ts';
import { servingService } from '../maintenance-page.ts';

/** Hosts of one HTTPRoute at most (gateway.networking.k8s.io/v1, HTTPRouteSpec.hostnames). */
const hostsOfOne = 16;

/** None for an Ingress; one for every 16 hosts. The names have dots, which names of sites have not: they meet no other site's. */
export function httpRoutes(site: Site, seen: Observed, all: readonly string[]): Owned[] {
  const { parentRefs = [] } = site.route;
  const service = servingService(site, seen);
  const count = Math.ceil(all.length / hostsOfOne);
  return Array.from({ length: count }, (_, at) => {
    const hosts = all.slice(at * hostsOfOne, (at + 1) * hostsOfOne);
    return httpRoute(at === 0 ? site.name : `${site.name}.${at + 1}`, { hosts, parentRefs, service });
  });
}

interface Publication {
  hosts: readonly string[];
  parentRefs: readonly ParentRef[];
  service: string;
}

function httpRoute(name: string, { hosts, parentRefs, service }: Publication): Owned {
  const backend = { group: '', kind: 'Service', name: service, port: 80, weight: 1 };
  return {
    object: {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: { name },
      spec: {
        parentRefs: parentRefs.map((one) => ({
          group: 'gateway.networking.k8s.io',
          kind: 'Gateway',
          ...one,
        })),
        hostnames: [...hosts],
        rules: [{ matches: [{ path: { type: 'PathPrefix', value: '/' } }], backendRefs: [backend] }],
      },
    },
    lifetime: 'site',
    write: 'apply',
  };
}
