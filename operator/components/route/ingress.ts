import type { Ingress } from 'kubernetes-types/networking/v1.d.ts';
import { live } from '../live.ts';
import type { Manifest, Observed, Owned, Site } from '../component.ts';
import { servingService } from '../maintenance-page.ts';
import { pendingCertificate } from './certificate.ts';
import { certificateName } from './names.ts';

export function ingress(site: Site, seen: Observed, hosts: readonly string[]): Owned {
  const className = ingressClass(site, seen);
  const secretName = tlsSecret(site, seen);
  return {
    object: {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name: site.name },
      spec: {
        ...(className === undefined ? {} : { ingressClassName: className }),
        rules: hosts.map((host) => ({ host, http: { paths: [everyPath(servingService(site, seen))] } })),
        ...(secretName === undefined ? {} : { tls: [{ hosts: [...hosts], secretName }] }),
      },
    } satisfies Ingress & Manifest,
    lifetime: 'site',
    write: 'apply',
  };
}

function everyPath(name: string) {
  const service = { name, port: { name: 'http' } };
  return { path: '/', pathType: 'Prefix', backend: { service } };
}

/**
 * The named one; else the one that the Ingress has, as long as it exists: a new default of the cluster moves no site that
 * runs; else the default. Where classes cannot be seen, the one that it has, or none: the API server writes the default into it.
 */
export function ingressClass(site: Site, seen: Observed): string | undefined {
  const { ingressClassName: named } = site.route;
  if (named !== undefined) return named;
  const current = live(seen, 'Ingress', site.name)?.spec?.ingressClassName;
  const { ingressClasses } = seen;
  if (ingressClasses === undefined) return current;
  if (current !== undefined && ingressClasses.has(current)) return current;
  return [...ingressClasses].find(([, { isDefault }]) => isDefault)?.[0];
}

/**
 * The Secret of the certificate. One that is still to be issued is not named at first: some controllers send visitors to
 * HTTPS as soon as a Secret is named, and would show a certificate of their own. Once named it stays: while more hosts
 * are added, the certificate for the others serves on.
 */
export function tlsSecret(site: Site, seen: Observed): string | undefined {
  const { tls } = site.route;
  if (tls === undefined) return undefined;
  if ('secretName' in tls) return tls.secretName;
  const name = certificateName(site);
  const isNamed = publishedTls(site, seen) === name;
  return isNamed || pendingCertificate(site, seen) === undefined ? name : undefined;
}

/** The Secret that the Ingress names now. */
export function publishedTls(site: Site, seen: Observed): string | undefined {
  return live(seen, 'Ingress', site.name)?.spec?.tls?.[0]?.secretName;
}
