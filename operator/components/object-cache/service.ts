import type { Service } from 'kubernetes-types/core/v1.d.ts';
import type { Manifest, Owned, Site } from '../component.ts';
import { selector } from '../selector.ts';
import { objectCacheName, ports } from './names.ts';

type ObjectCache = NonNullable<Site['objectCache']>;

export function service(site: Site, { engine }: ObjectCache): Owned {
  const name = engine.toLowerCase();
  return {
    object: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: objectCacheName(site) },
      spec: {
        type: 'ClusterIP',
        selector: selector(site, 'object-cache'),
        ports: [{ name, port: ports[engine], targetPort: name, protocol: 'TCP' }],
      },
    } satisfies Service & Manifest,
    lifetime: 'site',
    write: 'apply',
  };
}
