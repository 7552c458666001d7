import { createHash } from 'node:crypto';
import type { EnvironmentVariable, Owned, Refusal, Site } from '../component.ts';

/** 256 bits. */
const bytes = 32;

/**
 * A Secret for each variable: what is in one cannot be read, so nothing can be added to it, and a name that comes later leaves the
 * values of those before as they are.
 */
export function generatedSecrets(site: Site): Owned[] {
  return site.web.generatedEnv.map((variable) => ({
    object: {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: secretName(site, variable) },
      type: 'Opaque',
    },
    lifetime: 'kept',
    write: 'createOnce',
    generate: { [variable]: { bytes } },
    named: true,
  }));
}

export function generatedVariables(site: Site): EnvironmentVariable[] {
  return site.web.generatedEnv.map((name) => ({
    name,
    valueFrom: { secretKeyRef: { name: secretName(site, name), key: name } },
  }));
}

/** Names of objects have neither capitals nor underscores: the hash tells apart what would look the same. */
function secretName({ name }: Pick<Site, 'name'>, variable: string): string {
  const hash = createHash('sha256').update(variable).digest('hex').slice(0, 8);
  const word = variable.toLowerCase().replaceAll(/_+/g, '-').replaceAll(/^-|-$/g, '');
  return [name, 'env', word, hash].filter((part) => part !== '').join('-');
}

/** Of two values for one name the generated one would be lost without a word, or what the platform says. */
export function variableRefusals(site: Site): Refusal[] {
  const { env, generatedEnv } = site.web;
  const ofUser = new Set(env.map(({ name }) => name));
  const ofPlatform = platformVariables(site);
  return generatedEnv.flatMap((name) => {
    const message = ofUser.has(name)
      ? `spec.web.generatedEnv and spec.web.env both name ${name}. Take it out of one of the two.`
      : `spec.web.generatedEnv names ${name}, which the platform sets. Write another name.`;
    const isTaken = ofUser.has(name) || ofPlatform.has(name) || name.startsWith('SITE_');
    return isTaken ? [{ reason: 'VariableTaken', message }] : [];
  });
}

/** Those of parts that the site does not have now too: it may have them later. */
function platformVariables({ preset }: Pick<Site, 'preset'>): ReadonlySet<string> {
  const { env, generatedEnv, environmentEnv, databaseEnv, objectCacheEnv } = preset;
  return new Set([
    ...Object.keys(env),
    ...Object.keys(generatedEnv),
    environmentEnv.name,
    ...Object.values(databaseEnv),
    ...Object.values(objectCacheEnv).flatMap((names) => Object.values(names)),
  ]);
}
