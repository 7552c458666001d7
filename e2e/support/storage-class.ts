import { apply, kubectl } from './cluster.ts';

/** A StorageClass of the test cluster's own volumes, made or changed. */
export async function storageClass(name: string, allowVolumeExpansion: boolean): Promise<void> {
  const provisioner = await kubectl(['get', 'storageclass', 'standard', '-o', 'jsonpath={.provisioner}']);
  const apiVersion = 'storage.k8s.io/v1';
  await apply('default', {
    apiVersion,
    kind: 'StorageClass',
    metadata: { name },
    provisioner,
    allowVolumeExpansion,
  });
}

export async function removeStorageClass(name: string): Promise<void> {
  await kubectl(['delete', 'storageclass', name, '--ignore-not-found']);
}
