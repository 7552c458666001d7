import type { Owned, Site } from '../component.ts';
import { names } from './names.ts';

/** An identity of its own, without a token: the server asks the cluster for nothing. */
export function serviceAccount(site: Site): Owned {
  return {
    object: {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: names(site).server },
      automountServiceAccountToken: false,
    },
    lifetime: 'site',
    write: 'apply',
  };
}
