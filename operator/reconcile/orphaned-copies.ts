import type { ObjectMeta } from '../components/component.ts';
import { pause } from '../kube/clock.ts';
import type { Clock } from '../kube/clock.ts';
import type { Cluster } from '../kube/cluster.ts';
import type { Log } from '../observability/logger.ts';
import { copyNameIn, copyOfAnnotation } from './credentials.ts';

export interface Archive {
  cluster: Cluster;
  /** The operator's own namespace, where copies are. */
  operatorNamespace: string;
  log: Log;
}

const day = 24 * 3_600_000;
const nextTry = 10 * 60_000;

/** Collects at once and then once a day, until the signal aborts. What fails is begun again a little later. */
export async function collectForEver(archive: Archive, clock: Clock, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const failed = (error: unknown): number => {
      archive.log.warn('copies of credentials not looked through', { error: String(error) });
      return nextTry;
    };
    await pause(clock, await collectCopies(archive, signal).then(() => day, failed), signal);
  }
}

/**
 * Deletes the copies of credentials whose namespace is gone. A copy is all that is left of a password, so only what the API
 * server itself says counts, and nothing but "there is no such namespace", or one of another UID, which has copies of other
 * names: no answer, an error or a cache that lags deletes nothing.
 */
export async function collectCopies(archive: Archive, signal: AbortSignal): Promise<void> {
  const { cluster, operatorNamespace } = archive;
  const copies = (await cluster.managed('Secret', operatorNamespace)).flatMap(copy);
  if (copies.length === 0) return;
  // Whoever does not see this one would say of any namespace that it is not there.
  if ((await cluster.metadata('Namespace', undefined, operatorNamespace)) === undefined)
    throw new Error('the namespace of the operator is not seen');
  for (const [namespace, group] of Map.groupBy(copies, (one) => one.namespace)) {
    if (signal.aborted) return;
    for (const one of await orphans(namespace, group, cluster)) await collect(one, archive);
  }
}

/** A Secret of the operator's namespace that says whose copy it is. */
interface Copy {
  metadata: ObjectMeta;
  namespace: string;
  secret: string;
}

function copy(metadata: ObjectMeta): Copy[] {
  const [namespace = '', secret = ''] = metadata.annotations?.[copyOfAnnotation]?.split('/') ?? [];
  return namespace === '' || secret === '' ? [] : [{ metadata, namespace, secret }];
}

async function orphans(namespace: string, copies: readonly Copy[], cluster: Cluster): Promise<Copy[]> {
  const live = await cluster.metadata('Namespace', undefined, namespace);
  if (live === undefined) return cluster.list('HostedSite', namespace).length > 0 ? [] : [...copies];
  const { uid } = live;
  return uid === undefined
    ? []
    : copies.filter(({ metadata, secret }) => metadata.name !== copyNameIn(uid, secret));
}

/** This very copy as it was seen. */
async function collect(
  { metadata: { name, uid, resourceVersion }, namespace, secret }: Copy,
  { cluster, operatorNamespace, log }: Archive,
): Promise<void> {
  const seen = {
    ...(uid === undefined ? {} : { uid }),
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
  };
  const ref = { kind: 'Secret', namespace: operatorNamespace, name } as const;
  await cluster.delete(ref, { ...seen, propagationPolicy: 'Background' });
  log.info('copy of credentials collected', { name, of: `${namespace}/${secret}` });
}
