import { createHash } from 'node:crypto';
import type { Manifest, Site } from '../../components/component.ts';
import type { KindChange } from '../../kube/watch/cache.ts';
import type { Cluster } from '../../kube/cluster.ts';
import type { Index } from '../../kube/watch/store.ts';
import { isRecord } from '../../objects/difference.ts';
import { manager } from '../../objects/labels.ts';
import { siteKey } from '../site-key.ts';
import type { SiteKey } from '../site-key.ts';

/** Who has a host. To make a claim is to have it; within its namespace it is handed on without ever being gone. */
export interface Claim {
  host: string;
  /** The site that claims it. A UID is never given twice: who is gone stays gone. */
  namespace: string;
  name: string;
  uid: string;
  /** When the site gave it back; until some time after that it is for sites of the same namespace only. */
  releasedAt?: Date;
}

export type Holder = Pick<Claim, 'namespace' | 'name' | 'uid'>;

/** On the ConfigMaps in the operator's namespace that are claims. */
const claimLabel = 'hostedsite.dev/claim';
/** Who has it now, when that is not who made it: what a ConfigMap holds cannot change. */
const holderAnnotation = 'hostedsite.dev/holder';
const releasedAnnotation = 'hostedsite.dev/released-at';

/** A ConfigMap in the operator's namespace whose name is the host's: only one can be there. */
export function hostClaim(
  host: string,
  { namespace, name, uid }: Pick<Site, 'namespace' | 'name' | 'uid'>,
  operatorNamespace: string,
): Manifest {
  const claim = { host, namespace, name, uid };
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: claimName(host),
      namespace: operatorNamespace,
      labels: {
        'app.kubernetes.io/name': 'hostedsite',
        'app.kubernetes.io/managed-by': manager,
        [claimLabel]: 'host',
      },
    },
    immutable: true,
    data: claim,
  };
}

/** The change that gives a claim to another site, or back; refused when somebody changed it meanwhile. */
export function claimChange({ metadata }: Manifest, holder: Holder, releasedAt?: Date): Manifest {
  const { name, namespace, uid, resourceVersion } = metadata;
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(uid === undefined ? {} : { uid }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
      annotations: {
        [holderAnnotation]: JSON.stringify([holder.namespace, holder.name, holder.uid]),
        ...(releasedAt === undefined ? {} : { [releasedAnnotation]: releasedAt.toISOString() }),
      },
    },
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
  const made = [namespace, name, uid];
  if (![host, ...made].every(isWord)) return undefined;
  const [space, site, id] = (handedOn(object) ?? made) as [string, string, string];
  return { host: host as string, namespace: space, name: site, uid: id, ...release(object) };
}

function release({ metadata: { annotations = {} } }: Manifest): Pick<Claim, 'releasedAt'> {
  const releasedAt = new Date(annotations[releasedAnnotation] ?? '');
  return Number.isNaN(releasedAt.getTime()) ? {} : { releasedAt };
}

/** Namespace, name and UID of who has it now. */
function handedOn({ metadata: { annotations = {} } }: Manifest): unknown[] | undefined {
  const text = annotations[holderAnnotation];
  if (text === undefined) return undefined;
  try {
    const words: unknown = JSON.parse(text);
    return Array.isArray(words) && words.length === 3 && words.every(isWord) ? words : undefined;
  } catch {
    return undefined;
  }
}

function isWord(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

/** Every claim that there is. */
export function allClaims({ cluster, operatorNamespace }: ClaimSight): Claim[] {
  return cluster.list('ConfigMap', operatorNamespace).flatMap((object) => claimOf(object) ?? []);
}

interface ClaimSight {
  cluster: Pick<Cluster, 'list'>;
  operatorNamespace: string;
}

/** Claims by the site that has them. Anybody may make what looks like one in another namespace. */
export function byHolder(operatorNamespace: string): Index {
  return {
    name: 'holder',
    of: (object) => {
      const claim = object.metadata.namespace === operatorNamespace ? claimOf(object) : undefined;
      return claim && siteKey(claim.namespace, claim.name);
    },
  };
}

/** Every claim of a site, and of its predecessors of the same name. */
export function claimsOf(
  key: SiteKey,
  { cluster, operatorNamespace }: { cluster: Pick<Cluster, 'find'>; operatorNamespace: string },
): { object: Manifest; claim: Claim }[] {
  return cluster.find(byHolder(operatorNamespace), key).flatMap((object) => {
    const claim = claimOf(object);
    return claim === undefined ? [] : [{ object, claim }];
  });
}

/**
 * Sites that the change of a claim concerns: the claimant, and who may have the host now, which for one that was given back are
 * those of its namespace; undefined for anything else.
 */
export function sitesToWake(
  { type, object, own = false }: Pick<KindChange, 'kind' | 'type' | 'object' | 'own'>,
  cluster: Pick<Cluster, 'list'>,
  operatorNamespace: string,
): SiteKey[] | undefined {
  const claim = object.metadata.namespace === operatorNamespace ? claimOf(object) : undefined;
  if (claim === undefined) return undefined;
  const holder = siteKey(claim.namespace, claim.name);
  if (type === 'deleted') return [...new Set([...waitingFor(claim, cluster), holder])];
  const waiting = claim.releasedAt === undefined ? [] : waitingFor(claim, cluster, claim.namespace);
  return own ? waiting : [...new Set([...waiting, holder])];
}

/** Of one namespace, or of all. */
function waitingFor({ host }: Claim, cluster: Pick<Cluster, 'list'>, namespace?: string): SiteKey[] {
  const sites = cluster.list('HostedSite', namespace);
  return sites.filter(({ spec }) => names(spec, host)).map(keyOf);
}

function keyOf({ metadata }: Manifest): SiteKey {
  return siteKey(metadata.namespace ?? '', metadata.name);
}

function names(spec: unknown, host: string): boolean {
  const hosts = isRecord(spec) ? spec['hosts'] : undefined;
  return Array.isArray(hosts) && hosts.includes(host);
}
