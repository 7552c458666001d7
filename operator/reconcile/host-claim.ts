import { createHash } from 'node:crypto';
import type { Manifest, Site } from '../components/component.ts';
import type { KindChange } from '../kube/cache.ts';
import { siteKey } from '../kube/cluster.ts';
import type { Cluster, SiteKey } from '../kube/cluster.ts';
import { isRecord } from './difference.ts';
import { manager } from './labels.ts';

/** Who has a host; a claim never changes, so that to make it is to have it. */
export interface Claim {
  host: string;
  /** The site that claims it. A UID is never given twice: who is gone stays gone. */
  namespace: string;
  name: string;
  uid: string;
}

/** On the ConfigMaps in the operator's namespace that are claims. */
const claimLabel = 'hostedsite.dev/claim';

/** A ConfigMap in the operator's namespace whose name is the host's: only one can be there. */
export function hostClaim(
  host: string,
  { namespace, name, uid }: Pick<Site, 'namespace' | 'name' | 'uid'>,
  operatorNamespace: string,
): Manifest {
  const claim: Claim = { host, namespace, name, uid };
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: claimName(host),
      namespace: operatorNamespace,
      labels: {
        'app.kubernetes.io/name': 'hostedsite',
        'app.kubernetes.io/managed-by': manager,
        'app.kubernetes.io/instance': claimant(siteKey(namespace, name)),
        [claimLabel]: 'host',
      },
    },
    immutable: true,
    data: claim,
  };
}

export function claimName(host: string): string {
  return `host-${createHash('sha256').update(host).digest('hex')}`;
}

/** What a claim says; undefined for anything else. */
export function claimOf(object: Manifest | undefined): Claim | undefined {
  if (object?.kind !== 'ConfigMap' || object.metadata.labels?.[claimLabel] !== 'host') return undefined;
  const { data } = object;
  if (!isRecord(data)) return undefined;
  const { host, namespace, name, uid } = data;
  const isWhole = [host, namespace, name, uid].every((one) => typeof one === 'string' && one !== '');
  return isWhole ? (data as unknown as Claim) : undefined;
}

/** Every claim of a site, and of its predecessors of the same name. */
export function claimsOf(
  key: SiteKey,
  { cluster, operatorNamespace }: { cluster: Pick<Cluster, 'bySite'>; operatorNamespace: string },
): { object: Manifest; claim: Claim }[] {
  return cluster.bySite(siteKey(operatorNamespace, claimant(key))).flatMap((object) => {
    const claim = claimOf(object);
    return claim === undefined ? [] : [{ object, claim }];
  });
}

/** Sites that the change of a claim concerns: the claimant, and who waits for the host; undefined for anything else. */
export function concerned(
  { kind, type, object, own = false }: Pick<KindChange, 'kind' | 'type' | 'object' | 'own'>,
  cluster: Pick<Cluster, 'list'>,
  operatorNamespace: string,
): SiteKey[] | undefined {
  if (kind !== 'ConfigMap' || object.metadata.namespace !== operatorNamespace) return undefined;
  const claim = claimOf(object);
  if (claim === undefined) return undefined;
  const { host, namespace, name } = claim;
  if (type !== 'deleted') return own ? [] : [siteKey(namespace, name)];
  const waiting = cluster.list('HostedSite').filter(({ spec }) => names(spec, host));
  const keys = waiting.map(({ metadata }) => siteKey(metadata.namespace ?? '', metadata.name));
  return [...new Set([...keys, siteKey(namespace, name)])];
}

function names(spec: unknown, host: string): boolean {
  const hosts = isRecord(spec) ? spec['hosts'] : undefined;
  return Array.isArray(hosts) && hosts.includes(host);
}

/** In place of a site's name, by which caches find what belongs to it: longer than a name can be, so it is nobody's. */
function claimant(key: SiteKey): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 56);
}
