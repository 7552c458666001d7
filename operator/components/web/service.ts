import type { Service } from 'kubernetes-types/core/v1.d.ts';
import type { Manifest, Owned, Site } from '../component.ts';
import { selector } from '../selector.ts';

/** Where the route finds the site: the edge of each pod, whichever container that is. */
export function service(site: Site, servingPort: string): Owned {
  return {
    object: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: `${site.name}-web` },
      spec: {
        type: 'ClusterIP',
        selector: selector(site, 'web'),
        ports: [{ name: 'http', port: 80, targetPort: servingPort, protocol: 'TCP' }],
      },
    } satisfies Service & Manifest,
    lifetime: 'site',
    write: 'apply',
  };
}
