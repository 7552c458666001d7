import type { Ingress } from 'kubernetes-types/networking/v1.d.ts';
import { live } from '../live.ts';
import type { Manifest, Observed, Owned, Site } from '../component.ts';

export function ingress(site: Site, seen: Observed): Owned {
  const className = ingressClass(site, seen);
  return {
    object: {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name: site.name },
      spec: {
        ...(className === undefined ? {} : { ingressClassName: className }),
        rules: site.hosts.map((host) => ({ host, http: { paths: [everyPath(site)] } })),
      },
    } satisfies Ingress & Manifest,
    lifetime: 'site',
    write: 'apply',
  };
}

function everyPath({ name }: Site) {
  const service = { name: `${name}-web`, port: { name: 'http' } };
  return { path: '/', pathType: 'Prefix', backend: { service } };
}

/**
 * The named one; else the one that the Ingress has, as long as it exists: a new default of the cluster moves no site that
 * runs; else the default.
 */
export function ingressClass(site: Site, seen: Observed): string | undefined {
  const { ingressClassName: named } = site.route;
  if (named !== undefined) return named;
  const current = live(seen, 'Ingress', site.name)?.spec?.ingressClassName;
  if (current !== undefined && seen.ingressClasses.has(current)) return current;
  return [...seen.ingressClasses].find(([, { isDefault }]) => isDefault)?.[0];
}
