import { after, before } from 'mocha';
import type { ImageName } from '../cluster/images.ts';
import { runningCluster } from '../cluster/lifecycle.ts';
import {
  endRegistry,
  pushImage,
  registryAccount,
  registryAddress,
  startRegistry,
} from '../cluster/registry.ts';

/** To be called in a `describe`: while its stories are told, the nodes can pull from a registry that asks for a password. */
export function registry(): void {
  before(async () => startRegistry(await runningCluster()));
  after(async () => endRegistry((await runningCluster()).cluster));
}

/** Puts one of the project's images there under a name such as `shop:1`; returns the whole reference. */
export async function pushed(image: ImageName, name: string): Promise<string> {
  return pushImage(await runningCluster(), image, name);
}

/** A Secret that opens the registry, unless another password is given. */
export function pullSecret(name: string, password: string = registryAccount.password): object {
  const account = { username: registryAccount.username, password };
  const text = JSON.stringify({ auths: { [registryAddress]: account } });
  const type = 'kubernetes.io/dockerconfigjson';
  const stringData = { '.dockerconfigjson': text };
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name }, type, stringData };
}
