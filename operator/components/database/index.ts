import type { Component, Observed, Owned, Site } from '../component.ts';
import { kept, managed, unread, watched } from '../rights.ts';
import { bindings } from './bindings.ts';
import { condition, reasons } from './condition.ts';
import { effective } from './effective.ts';
import { databasePort } from './names.ts';
import { persistentVolumeClaim } from './persistent-volume-claim.ts';
import { refusals } from './refusals.ts';
import { report } from './report.ts';
import { resolve } from './resolve.ts';
import { secrets } from './secrets.ts';
import { serviceAccount } from './service-account.ts';
import { services } from './services.ts';
import { statefulSet } from './stateful-set.ts';
import { databaseSpec } from './spec.ts';
import { words } from './words.ts';
import { sizes } from './sizes.ts';
import { images } from './images.ts';

const declared = { condition, reasons, sizes, images };

export const database: Component<typeof declared> = {
  name: 'database',
  ...declared,
  rights: [
    ...unread('Secret'),
    ...kept('PersistentVolumeClaim'),
    ...managed('ServiceAccount', 'Service', 'StatefulSet'),
    ...watched('Pod'),
  ],
  fields: { database: databaseSpec },
  words,
  resolve,
  effective,
  inputs: (_spec, site) => ({ database: site.database && { engine: site.database.engine } }),
  enabled: (site) => site.database !== undefined,
  bindings,
  flows: () => [{ from: 'site-image', to: 'database', port: databasePort }],
  refusals,
  manifests,
  report,
};

function manifests(site: Site, seen: Observed): Owned[] {
  if (site.database === undefined) return [];
  return [
    ...secrets(site),
    persistentVolumeClaim(site, seen),
    serviceAccount(site),
    ...services(site),
    statefulSet(site, site.database),
  ];
}
