import { createHash } from 'node:crypto';
import type { ConfigMap } from 'kubernetes-types/core/v1.d.ts';
import type { Manifest, Owned, Site } from '../component.ts';
import { vcl } from './vcl/vcl.ts';

/**
 * Immutable and named by its content: a release that is gone back to finds the VCL that it ran with.
 */
export function configMap(site: Site): Owned {
  const text = vcl(site);
  return {
    object: {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: nameOf(site, text) },
      immutable: true,
      data: { 'site.vcl': text },
    } satisfies ConfigMap & Manifest,
    lifetime: 'site',
    write: 'apply',
  };
}

export function configMapName(site: Site): string {
  return nameOf(site, vcl(site));
}

function nameOf({ name }: Pick<Site, 'name'>, text: string): string {
  return `${name}-cache-${createHash('sha256').update(text).digest('hex').slice(0, 10)}`;
}
