import type { Owned, Site } from '../component.ts';
import { names } from './names.ts';

/** 24 random bytes are 32 characters without one that a URL or a shell would read in its own way. */
const password = { bytes: 24 };

/** Kept with the data: a volume whose passwords are gone is closed to its own site. */
export function secrets(site: Site): Owned[] {
  const { credentials, rootCredentials } = names(site);
  return [
    secret(credentials, { username: 'site', database: 'site' }),
    secret(rootCredentials, { username: 'root' }),
  ];
}

function secret(name: string, stringData: Record<string, string>): Owned {
  return {
    object: { apiVersion: 'v1', kind: 'Secret', metadata: { name }, type: 'Opaque', stringData },
    lifetime: 'kept',
    write: 'createOnce',
    generate: { password },
  };
}
