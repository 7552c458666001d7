import type { Component } from '../component.ts';
import { managed, watched } from '../rights.ts';
import { condition, reasons } from './condition.ts';
import { effective, hidden } from './effective.ts';
import { configMap } from './config-map.ts';
import { report } from './report.ts';
import { resolve } from './resolve.ts';
import { maintenancePage, maintenancePageFlows } from './maintenance-page.ts';
import { cachePort, varnish } from './varnish.ts';
import { cacheSpec } from './spec.ts';
import type { CacheSpec } from './spec.ts';
import { words } from './words.ts';
import { sizes } from './sizes.ts';
import { images } from './images.ts';

const declared = { condition, reasons, sizes, images };

/** Always there: with `mode: Pass` it stays the site's edge and stores nothing. */
export const cache: Component<typeof declared> = {
  name: 'cache',
  ...declared,
  rights: [...managed('ConfigMap', 'Deployment', 'Service'), ...watched('Pod')],
  fields: { cache: cacheSpec },
  words,
  resolve,
  effective,
  hidden,
  inputs: ({ cache: written }: { cache?: CacheSpec }) => ({ cache: written }),
  enabled: () => true,
  sidecar: varnish,
  flows: (site, seen) => [
    { from: 'visitors', to: 'web', port: cachePort },
    ...maintenancePageFlows(site, seen),
  ],
  manifests: (site, seen) => [configMap(site), ...maintenancePage(site, seen)],
  report,
};
