import type { Component, Observed, Owned, Released, Site } from '../component.ts';
import { managed, unread, watched } from '../rights.ts';
import { bindings } from './bindings.ts';
import { condition, reasons } from './condition.ts';
import { effective } from './effective.ts';
import { deployment } from './deployment.ts';
import { ports } from './names.ts';
import { asksForPassword, passwordSecret, passwordVariable } from './password.ts';
import { report } from './report.ts';
import { resolve } from './resolve.ts';
import { service } from './service.ts';
import { objectCacheSpec } from './spec.ts';
import type { ObjectCacheSpec } from './spec.ts';
import { words } from './words.ts';
import { sizes } from './sizes.ts';
import { images } from './images.ts';

const declared = { condition, reasons, sizes, images };

export const objectCache: Component<typeof declared> = {
  name: 'object-cache',
  ...declared,
  rights: [...managed('Service', 'Deployment'), ...unread('Secret'), ...watched('Pod')],
  fields: { objectCache: objectCacheSpec },
  words,
  resolve,
  effective,
  inputs: ({ objectCache: written }: { objectCache?: ObjectCacheSpec }) => ({
    objectCache: written && { engine: written.engine },
  }),
  enabled: (site) => site.objectCache !== undefined,
  bindings,
  flows: ({ objectCache: cache }) =>
    cache === undefined ? [] : [{ from: 'site-image', to: 'object-cache', port: ports[cache.engine] }],
  manifests,
  report,
};

function manifests(site: Site, seen: Observed, all: Released): Owned[] {
  const { objectCache: cache } = site;
  if (cache === undefined) return [];
  const secret = passwordVariable(site) === undefined ? [] : [passwordSecret(site)];
  return [...secret, service(site, cache), deployment(site, cache, asksForPassword(site, seen, all))];
}
