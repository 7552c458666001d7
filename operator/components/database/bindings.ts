import type { Bindings, EnvironmentVariable, Site } from '../component.ts';
import { databasePort, names } from './names.ts';

/** How the application finds its database, under the names that the preset says it reads. */
export function bindings(site: Site): Bindings {
  const { server, credentials } = names(site);
  const { host, port, name, user, password } = site.preset.databaseEnv;
  return {
    env: [
      { name: host, value: server },
      { name: port, value: String(databasePort) },
      fromSecret(name, credentials, 'database'),
      fromSecret(user, credentials, 'username'),
      fromSecret(password, credentials, 'password'),
    ],
  };
}

function fromSecret(name: string, secret: string, key: string): EnvironmentVariable {
  return { name, valueFrom: { secretKeyRef: { name: secret, key } } };
}
