import { hash } from 'node:crypto';
import type { ConfigMap } from 'kubernetes-types/core/v1.d.ts';
import type { Manifest, Owned, Site } from '../component.ts';
import { vcl } from './vcl/vcl.ts';

/**
 * Immutable and named by its content: a release that is gone back to finds the VCL that it ran with.
 */
export function configMap(site: Site): Owned {
  const { name, text } = contentOf(site);
  return {
    object: {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name },
      immutable: true,
      data: { 'site.vcl': text },
    } satisfies ConfigMap & Manifest,
    lifetime: 'site',
    write: 'apply',
  };
}

export function configMapName(site: Site): string {
  return contentOf(site).name;
}

interface Content {
  name: string;
  text: string;
}

/** The same site is asked several times in a pass, and the text is long. */
const contents = new WeakMap<Site, Content>();

function contentOf(site: Site): Content {
  const known = contents.get(site);
  if (known !== undefined) return known;
  const text = vcl(site);
  const content = { name: `${site.name}-cache-${hash('sha256', text).slice(0, 10)}`, text };
  contents.set(site, content);
  return content;
}
