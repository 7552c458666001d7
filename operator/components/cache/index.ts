import type { Component } from '../component.ts';
import { configMap } from './config-map.ts';
import { hasStandIn, maintenance } from './maintenance.ts';
import { report } from './report.ts';
import { cachePort, varnish } from './varnish.ts';

/** Always there: with `mode: Pass` it stays the site's edge and stores nothing. */
export const cache: Component = {
  name: 'cache',
  kinds: ['ConfigMap', 'Pod', 'Deployment', 'Service'],
  enabled: () => true,
  sidecar: varnish,
  flows: (site, seen) => [
    { from: 'visitors', to: 'web', port: cachePort },
    ...(hasStandIn(site, seen)
      ? ([
          { from: 'visitors', to: 'cache', port: cachePort },
          { from: 'cache', to: 'web', port: cachePort },
        ] as const)
      : []),
  ],
  manifests: (site, seen) => [configMap(site), ...maintenance(site, seen)],
  report,
};
