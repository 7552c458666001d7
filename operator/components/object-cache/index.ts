import type { Component, Owned, Site } from '../component.ts';
import { bindings } from './bindings.ts';
import { deployment } from './deployment.ts';
import { ports } from './names.ts';
import { report } from './report.ts';
import { service } from './service.ts';

export const objectCache: Component = {
  name: 'object-cache',
  kinds: ['Service', 'Deployment', 'Pod'],
  enabled: (site) => site.objectCache !== undefined,
  bindings,
  flows: ({ objectCache: cache }) =>
    cache === undefined ? [] : [{ from: 'image', to: 'object-cache', port: ports[cache.engine] }],
  manifests,
  report,
};

function manifests(site: Site): Owned[] {
  const { objectCache: cache } = site;
  return cache === undefined ? [] : [service(site, cache), deployment(site, cache)];
}
