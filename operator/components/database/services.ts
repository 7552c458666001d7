import type { Service } from 'kubernetes-types/core/v1.d.ts';
import type { Manifest, Owned, Site } from '../component.ts';
import { selector } from '../selector.ts';
import { databasePort, names } from './names.ts';

/** Where the application finds its database, and a name for each server, ready or not. */
export function services(site: Site): Owned[] {
  const { server, pods } = names(site);
  return [
    service(site, pods, { clusterIP: 'None', publishNotReadyAddresses: true }),
    service(site, server, { type: 'ClusterIP' }),
  ];
}

function service(site: Site, name: string, spec: Service['spec'] & {}): Owned {
  return {
    object: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name },
      spec: {
        ...spec,
        selector: selector(site, 'database'),
        ports: [{ name: 'mariadb', port: databasePort, targetPort: 'mariadb', protocol: 'TCP' }],
      },
    } satisfies Service & Manifest,
    lifetime: 'site',
    write: 'apply',
  };
}
