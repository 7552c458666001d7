import type { HostedSite } from '../kinds/hosted-site/hosted-site.ts';
import { isUnseen } from '../kinds/hosted-site/unseen-status.ts';
import type { Manifest, StorageClassFacts } from '../components/component.ts';
import type { Cluster } from '../kube/cluster.ts';
import { optionalKinds } from '../kinds/resources.ts';
import type { Observed } from '../releases/observed.ts';
import { storedRevisions } from '../releases/revision.ts';
import { bySite, siteKey, splitKey, taskPods } from './site-key.ts';
import type { SiteKey } from './site-key.ts';

/** Every site that there is. */
export function siteKeys(cluster: Pick<Cluster, 'list'>): SiteKey[] {
  return cluster.list('HostedSite').map(({ metadata }) => siteKey(metadata.namespace ?? '', metadata.name));
}

/** What a pass reads of the cluster, from caches alone; undefined when there is no such site. */
export function observe(cluster: Cluster, key: SiteKey, now: Date): Observed | undefined {
  const { namespace, name } = splitKey(key);
  const found = cluster.get('HostedSite', namespace, name) as HostedSite | undefined;
  if (found === undefined) return undefined;
  const site = withoutUnseen(found);
  const owned = cluster.find(bySite, key);
  return {
    now,
    site,
    owned,
    pods: [...owned.filter(({ kind }) => kind === 'Pod'), ...cluster.find(taskPods, key)],
    revisions: storedRevisions(owned, site.metadata.uid),
    ...classes(cluster),
    missingKinds: new Set(optionalKinds.filter((kind) => !cluster.knows(kind))),
    remarks: new Map(),
  };
}

/** An operator that is limited to namespaces sees none, and does not take them for absent. */
function classes(cluster: Cluster): Pick<Observed, 'storageClasses' | 'ingressClasses'> {
  const named = <Facts>(kind: string, factsOf: (one: Manifest) => Facts): ReadonlyMap<string, Facts> =>
    new Map(cluster.list(kind).map((one) => [one.metadata.name, factsOf(one)]));
  return {
    ...(cluster.covers('StorageClass') ? { storageClasses: named('StorageClass', storageFacts) } : {}),
    ...(cluster.covers('IngressClass') ? { ingressClasses: named('IngressClass', ingressFacts) } : {}),
  };
}

/** What the API server says of a site that nobody has judged is no judgement to go on from. */
function withoutUnseen(site: HostedSite): HostedSite {
  const { status, ...rest } = site;
  return status !== undefined && isUnseen(status) ? rest : site;
}

function storageFacts(storageClass: Manifest): StorageClassFacts {
  return {
    isDefault: isMarked(storageClass, 'storageclass.kubernetes.io/is-default-class'),
    allowVolumeExpansion: storageClass['allowVolumeExpansion'] === true,
  };
}

function ingressFacts(ingressClass: Manifest): { isDefault: boolean } {
  return { isDefault: isMarked(ingressClass, 'ingressclass.kubernetes.io/is-default-class') };
}

function isMarked({ metadata }: Manifest, annotation: string): boolean {
  return metadata.annotations?.[annotation] === 'true';
}

/** What a second look would not find by itself. */
export function carriedOver({
  remarks,
  rival,
  configMaps,
  deletionPolicy,
  ended,
}: Observed): Partial<Observed> {
  return {
    remarks,
    ...(rival === undefined ? {} : { rival }),
    ...(configMaps === undefined ? {} : { configMaps }),
    ...(deletionPolicy === undefined ? {} : { deletionPolicy }),
    ...(ended === undefined ? {} : { ended }),
  };
}
