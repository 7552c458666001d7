import type { HostedSite } from '../api/hosted-site.ts';
import type { Manifest, Observed, Site } from '../components/component.ts';
import type { Cluster } from '../kube/cluster.ts';
import { applyFinalizers } from './carry-out.ts';
import { deleteSecret } from './credentials.ts';
import type { Vault } from './credentials.ts';
import { belongsToSite, deleteDataFinalizer } from './labels.ts';
import { removeNote, secretNotes } from './secret-notes.ts';

/**
 * The end of a site. What can be made again goes by its owner reference. Only with deletionPolicy Delete there is a
 * finalizer of ours, and volumes and credentials are deleted before it is dropped: the site cannot be gone while its
 * data is forgotten. Because it cannot be undone, the site is read live first: a policy that changed to Retain meanwhile
 * counts, and a site that was made anew under the same name loses nothing. Returns whether data was deleted.
 */
export async function finalize(
  site: Site,
  seen: Observed,
  secrets: readonly Manifest[],
  vault: Vault,
): Promise<boolean> {
  if (!seen.site.metadata.finalizers?.includes(deleteDataFinalizer)) return false;
  const live = await vault.cluster.read('HostedSite', site.namespace, site.name);
  if (live?.metadata.uid !== site.uid) return false;
  const isWanted = (live as HostedSite).spec.deletionPolicy === 'Delete';
  if (isWanted) await deleteData(site, seen, secrets, vault);
  await applyFinalizers([], site, vault);
  return isWanted;
}

async function deleteData(
  site: Site,
  seen: Observed,
  secrets: readonly Manifest[],
  vault: Vault,
): Promise<void> {
  for (const object of secrets) await deleteSecret(object, vault);
  for (const { note, secret } of secretNotes(site, vault)) {
    await deleteSecret(secret, vault);
    await removeNote(note, vault);
  }
  for (const object of seen.owned) {
    if (object.kind === 'PersistentVolumeClaim') await deleteClaim(object, site, vault.cluster);
  }
}

/** It cannot be undone: a live look first, and the API server refuses when the claim is another one meanwhile. */
async function deleteClaim({ metadata }: Manifest, site: Site, cluster: Cluster): Promise<void> {
  const ref = { kind: 'PersistentVolumeClaim', namespace: metadata.namespace, name: metadata.name } as const;
  const live = await cluster.metadata(ref.kind, ref.namespace, ref.name);
  if (live === undefined || live.uid !== metadata.uid || !belongsToSite(live, site)) return;
  const { uid, resourceVersion } = live;
  await cluster.delete(ref, {
    ...(uid === undefined ? {} : { uid }),
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
    propagationPolicy: 'Background',
  });
}
