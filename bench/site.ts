import { imageReferences } from '../operator/components/images.ts';
import type { HostedSiteSpec } from '../operator/kinds/hosted-site/hosted-site.ts';

/** The site of the bench: a cache, a database, files and one host. */
export function siteSpec(name: string, image: string): HostedSiteSpec {
  return {
    image,
    hosts: [`${name}.example.org`],
    preset: 'Generic',
    cache: { mode: 'Enabled' },
    database: { engine: 'MariaDB' },
    files: {},
  };
}

/** The images that the operator is told: no pod ever runs, so that their names are enough. */
export const images = {
  ...imageReferences(({ value }) => `registry.example.org/${value}:1`),
  varnish: 'registry.example.org/varnish:7',
  mariadb: 'registry.example.org/mariadb:11',
};

export const operatorNamespace = 'hostedsite-system';
export const storageClass = 'standard';
export const ingressClass = 'traefik';

/** The classes that a site takes when it names none. */
export const classes = [
  {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: {
      name: storageClass,
      annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' },
    },
    provisioner: 'bench.hostedsite.dev',
    allowVolumeExpansion: true,
  },
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: {
      name: ingressClass,
      annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' },
    },
    spec: { controller: 'bench.hostedsite.dev/none' },
  },
] as const;
