import type { Owned, Site } from '../component.ts';

/** An identity of the site's own, without a token: the application has nothing to ask the cluster for. */
export function serviceAccount({ name }: Site): Owned {
  return {
    object: {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: `${name}-web` },
      automountServiceAccountToken: false,
    },
    lifetime: 'site',
    write: 'apply',
  };
}
