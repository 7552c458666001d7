import type { Component, Observed, Owned, Released, Site } from '../component.ts';
import { managed, unread, watched } from '../rights.ts';
import { bindings } from './bindings.ts';
import { condition, reasons } from './condition.ts';
import { deployment } from './deployment.ts';
import { ports } from './names.ts';
import { asksForPassword, passwordSecret, passwordVariable } from './password.ts';
import { report } from './report.ts';
import { service } from './service.ts';

export const objectCache: Component<typeof condition, typeof reasons> = {
  name: 'object-cache',
  condition,
  reasons,
  rights: [...managed('Service', 'Deployment'), ...unread('Secret'), ...watched('Pod')],
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
