import { createHash } from 'node:crypto';
import type { Manifest, ObjectMeta, Site } from '../../components/component.ts';
import type { Cluster } from '../../kube/cluster.ts';
import {
  copyOfAnnotation,
  dataManager,
  goesWithAnnotation,
  ownedByAnnotation,
  siteLabels,
} from '../../objects/labels.ts';

/** What the metadata of a copy of credentials says. */
export interface Copy {
  metadata: ObjectMeta;
  /** The Secret that it is a copy of. */
  namespace: string;
  secret: string;
  /** UID of the site with which the Secret is to go; empty for none. */
  goesWith: string;
  /** UID of the site that may own the Secret, so that Kubernetes deletes it; empty for none. */
  ownedBy: string;
}

/** None or one. */
export function copyOf(metadata: ObjectMeta): Copy[] {
  const { annotations = {} } = metadata;
  const [namespace = '', secret = ''] = annotations[copyOfAnnotation]?.split('/') ?? [];
  if (namespace === '' || secret === '') return [];
  const { [goesWithAnnotation]: goesWith = '', [ownedByAnnotation]: ownedBy = '' } = annotations;
  return [{ metadata, namespace, secret, goesWith, ownedBy }];
}

/** Follows the namespace's UID: who makes a namespace of an old name anew does not get the old one's credentials. */
export function copyNameIn(namespaceUid: string, secret: string): string {
  return `site-secret-${createHash('sha256').update(`${namespaceUid}/${secret}`).digest('hex').slice(0, 32)}`;
}

/** The copies of every Secret that a site of this name has ever had in this very namespace. */
export async function copiesOf(
  { namespace, name }: Pick<Site, 'namespace' | 'name'>,
  { cluster, operatorNamespace }: { cluster: Cluster; operatorNamespace: string },
): Promise<Copy[]> {
  const found = await cluster.labelled('Secret', operatorNamespace, siteLabels({ name }));
  const copies = found
    .flatMap(({ metadata }) => copyOf(metadata))
    .filter((one) => one.namespace === namespace);
  const uid =
    copies.length === 0 ? undefined : (await cluster.metadata('Namespace', undefined, namespace))?.uid;
  return copies.filter(
    ({ metadata, secret }) => uid !== undefined && metadata.name === copyNameIn(uid, secret),
  );
}

/** Returns the copy's metadata as it is then. Conflict when it is another one meanwhile. */
export async function mark(
  { name, namespace, resourceVersion }: ObjectMeta,
  { goesWith, ownedBy }: Pick<Copy, 'goesWith' | 'ownedBy'>,
  cluster: Cluster,
): Promise<ObjectMeta> {
  const metadata = {
    ...{ name, namespace, resourceVersion },
    annotations: { [goesWithAnnotation]: goesWith, [ownedByAnnotation]: ownedBy },
  } as ObjectMeta;
  const object: Manifest = { apiVersion: 'v1', kind: 'Secret', metadata };
  return (await cluster.merge(object, { fieldManager: dataManager })).metadata;
}
