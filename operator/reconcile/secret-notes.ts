import type { Manifest, Site } from '../components/component.ts';
import { siteKey } from '../kube/cluster.ts';
import type { Cluster } from '../kube/cluster.ts';
import { AlreadyExists } from '../kube/errors.ts';
import { isRecord } from './difference.ts';
import { claimant } from './host-claim.ts';
import { manager } from './labels.ts';

/**
 * Secrets cannot be listed. Those whose names follow a word of the user are noted in the operator's namespace before they are made:
 * the end of a site finds them though its spec has forgotten the word.
 */
const noteLabel = 'hostedsite.dev/note';

interface Desk {
  cluster: Cluster;
  operatorNamespace: string;
}

/** `name` is that of the copy, which is no other Secret's. */
export async function noteSecret(object: Manifest, name: string, desk: Desk): Promise<void> {
  const { namespace = '', labels = {} } = object.metadata;
  const key = siteKey(namespace, labels['app.kubernetes.io/instance'] ?? '');
  const note: Manifest = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name,
      namespace: desk.operatorNamespace,
      labels: {
        'app.kubernetes.io/name': 'hostedsite',
        'app.kubernetes.io/managed-by': manager,
        'app.kubernetes.io/instance': claimant(key),
        [noteLabel]: 'secret',
      },
    },
    immutable: true,
    data: { namespace, name: object.metadata.name },
  };
  try {
    await desk.cluster.create(note);
  } catch (error) {
    if (!(error instanceof AlreadyExists)) throw error;
  }
}

/** The notes about a site's Secrets, and of its predecessors of the same name. */
export function secretNotes(
  { namespace, name }: Pick<Site, 'namespace' | 'name'>,
  { cluster, operatorNamespace }: { cluster: Pick<Cluster, 'bySite'>; operatorNamespace: string },
): { note: Manifest; secret: Manifest }[] {
  const key = siteKey(operatorNamespace, claimant(siteKey(namespace, name)));
  return cluster.bySite(key).flatMap((note) => {
    const { data } = note;
    if (note.metadata.labels?.[noteLabel] !== 'secret' || !isRecord(data)) return [];
    const metadata = { namespace, name: String(data['name']) };
    return [{ note, secret: { apiVersion: 'v1', kind: 'Secret', metadata } }];
  });
}

export async function removeNote({ metadata }: Manifest, { cluster }: Desk): Promise<void> {
  const { namespace, name, uid } = metadata;
  const options = { propagationPolicy: 'Background' } as const;
  await cluster.delete(
    { kind: 'ConfigMap', namespace, name },
    uid === undefined ? options : { ...options, uid },
  );
}
