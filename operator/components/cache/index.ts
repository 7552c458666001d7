import type { Component } from '../component.ts';
import { configMap } from './config-map.ts';
import { report } from './report.ts';
import { cachePort, varnish } from './varnish.ts';

/** Always there: with `mode: Pass` it stays the site's edge and stores nothing. */
export const cache: Component = {
  name: 'cache',
  kinds: ['ConfigMap', 'Pod'],
  enabled: () => true,
  sidecar: varnish,
  flows: () => [{ from: 'visitors', to: 'web', port: cachePort }],
  manifests: (site) => [configMap(site)],
  report,
};
