import type { Component } from '../component.ts';
import { configMap } from './config-map.ts';
import { maintenance, maintenanceFlows } from './maintenance.ts';
import { report } from './report.ts';
import { cachePort, varnish } from './varnish.ts';

/** Always there: with `mode: Pass` it stays the site's edge and stores nothing. */
export const cache: Component = {
  name: 'cache',
  kinds: ['ConfigMap', 'Pod', 'Deployment', 'Service'],
  enabled: () => true,
  sidecar: varnish,
  flows: (site, seen) => [{ from: 'visitors', to: 'web', port: cachePort }, ...maintenanceFlows(site, seen)],
  manifests: (site, seen) => [configMap(site), ...maintenance(site, seen)],
  report,
};
