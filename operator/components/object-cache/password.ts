import type {
  Container,
  EnvironmentVariable,
  Observed,
  Owned,
  PodTemplate,
  Released,
  Site,
} from '../component.ts';
import { podsOf } from '../pod/pod-trouble.ts';
import { selector } from '../selector.ts';
import { objectCacheName, passwordKey } from './names.ts';

/**
 * The second wall of an object cache, beside the site's NetworkPolicies: in several networks those come into force a moment
 * after a pod does, and connections that are open by then live on. Memcached has no password.
 */
export function passwordVariable(site: Site): EnvironmentVariable | undefined {
  const name = variableName(site);
  if (name === undefined) return undefined;
  return { name, valueFrom: { secretKeyRef: { name: objectCacheName(site), key: passwordKey } } };
}

/** 24 random bytes are 32 characters without one that a configuration file or a shell would read in its own way. */
export function passwordSecret(site: Site): Owned {
  return {
    object: {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: objectCacheName(site) },
      type: 'Opaque',
    },
    // Pods of an earlier release need it, and nobody could tell whether it is there.
    lifetime: 'kept',
    write: 'createOnce',
    generate: { [passwordKey]: { bytes: 24 } },
  };
}

/**
 * Whether the server asks for the password: as soon as every pod of the site has it. Releases of an older operator do not, and
 * nothing may restart them. Whoever does not know the object cache at all asks nothing of it.
 */
export function asksForPassword(
  site: Site,
  seen: Pick<Observed, 'pods' | 'revisions'>,
  all: Released,
): boolean {
  if (!has(all.revision.template, site)) return false;
  const running = new Set(
    podsOf(seen, selector(site, 'web')).map(({ metadata }) => metadata.labels?.['hostedsite.dev/revision']),
  );
  return seen.revisions
    .filter(({ name }) => running.has(name) && name !== all.revision.name)
    .every(({ template }) => has(template, site) || !knowsTheCache(template, site));
}

function has(template: PodTemplate, site: Site): boolean {
  const name = variableName(site);
  return environment(template).some((one) => one.name === name && refersTo(one, objectCacheName(site)));
}

function knowsTheCache(template: PodTemplate, site: Site): boolean {
  return environment(template).some(({ value }) => value === objectCacheName(site));
}

function refersTo({ valueFrom }: EnvironmentVariable, secret: string): boolean {
  if (valueFrom === undefined || 'fieldRef' in valueFrom) return false;
  return valueFrom.secretKeyRef?.name === secret;
}

function environment({ spec }: PodTemplate): EnvironmentVariable[] {
  const containers = (spec['containers'] ?? []) as (Container & { env?: EnvironmentVariable[] })[];
  return containers.flatMap(({ env = [] }) => env);
}

function variableName({ preset, objectCache }: Site): string | undefined {
  return objectCache && preset.objectCacheEnv[objectCache.engine]?.password;
}
