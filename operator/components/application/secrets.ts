import type { Owned, Site } from '../component.ts';
import { names } from './names.ts';

/** Kept with the data: sessions and stored tokens are signed with them, and the administrator knows the password. */
export function secrets(site: Site): Owned[] {
  const { generatedEnv, install } = site.preset;
  const shared = Object.entries(generatedEnv).map(([key, bytes]) => [key, { bytes }] as const);
  const own = names(site);
  return [
    ...(shared.length === 0 ? [] : [secret(own.secrets, {}, Object.fromEntries(shared))]),
    ...(install === undefined
      ? []
      : [secret(own.administrator, { username: install.adminUser }, { password: { bytes: 18 } })]),
  ];
}

function secret(
  name: string,
  stringData: Record<string, string>,
  generate: Required<Owned>['generate'],
): Owned {
  return {
    object: {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name },
      type: 'Opaque',
      ...(Object.keys(stringData).length === 0 ? {} : { stringData }),
    },
    lifetime: 'kept',
    write: 'createOnce',
    generate,
  };
}
