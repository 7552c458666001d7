import type { Bindings, Site } from '../component.ts';
import { objectCacheName, ports } from './names.ts';
import { passwordVariable } from './password.ts';

/** Where the application finds its object cache, under the names that it reads for this engine. */
export function bindings(site: Site): Bindings {
  if (site.objectCache === undefined) return {};
  const { engine } = site.objectCache;
  const names = site.preset.objectCacheEnv[engine];
  if (names === undefined) return {};
  const password = passwordVariable(site);
  return {
    env: [
      { name: names.host, value: objectCacheName(site) },
      { name: names.port, value: String(ports[engine]) },
      ...(password === undefined ? [] : [password]),
    ],
  };
}
