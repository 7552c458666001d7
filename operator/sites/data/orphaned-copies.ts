import type { Cluster } from '../../kube/cluster.ts';
import { keyOf } from '../../kube/key.ts';
import type { Loop } from '../../kube/loop/loop.ts';
import { settled, waiting } from '../../kube/outcome.ts';
import type { Log } from '../../observability/logger.ts';
import { copiesOf, copyNameIn, copyOf } from './copies.ts';
import type { Copy } from './copies.ts';
import { manager, siteLabels } from '../../objects/labels.ts';
import { splitKey } from '../site-key.ts';
import type { SiteKey } from '../site-key.ts';

export interface Archive {
  cluster: Cluster;
  /** The operator's own namespace, where copies are. */
  operatorNamespace: string;
  log: Log;
}

const minute = 60_000;
const day = 24 * 60 * minute;

/** Looks through all copies when it begins, and then once a day. What fails is begun again a little later. */
export function copiesLoop(archive: Archive): Loop {
  const { operatorNamespace, log } = archive;
  return {
    name: 'copies',
    timing: { gather: 0, waiting: 10 * minute, resync: day, workers: 1 },
    // Of a namespace that is not seen, a site that is known says that it is there.
    mustBeCurrent: ['HostedSite'],
    first: [keyOf(operatorNamespace, 'copies')],
    wakes: () => [],
    wakesOfKind: () => [],
    async reconcile(_, signal) {
      try {
        await collectCopies(archive, signal);
        return settled();
      } catch (error) {
        log.warn('copies of credentials not looked through', { error: String(error) });
        return waiting('Failed');
      }
    },
  };
}

/**
 * Deletes the copies of credentials whose namespace is gone, or whose site is that should take them along. A copy is all that is
 * left of a password, so only what the API server itself says counts, and nothing but "there is no such namespace", or one of
 * another UID, which has copies of other names: no answer, an error or a cache that lags deletes nothing.
 */
export async function collectCopies(archive: Archive, signal: AbortSignal): Promise<void> {
  const { cluster, operatorNamespace } = archive;
  const labels = { 'app.kubernetes.io/managed-by': manager };
  const found = await cluster.labelled('Secret', operatorNamespace, labels);
  const copies = found.flatMap(({ metadata }) => copyOf(metadata));
  if (copies.length === 0) return;
  // Whoever does not see this one would say of any namespace that it is not there.
  if ((await cluster.metadata('Namespace', undefined, operatorNamespace)) === undefined)
    throw new Error('the namespace of the operator is not seen');
  const failures: unknown[] = [];
  for (const [namespace, group] of Map.groupBy(copies, (one) => one.namespace)) {
    if (signal.aborted) return;
    // Of a namespace that the operator may not look at, nobody can say that it is gone.
    if (!cluster.covers('HostedSite', namespace)) continue;
    // What one namespace refuses keeps no other one's from being collected.
    await collectIn(namespace, group, archive).catch((error: unknown) => failures.push(error));
  }
  if (failures.length > 0) throw failures[0];
}

async function collectIn(namespace: string, copies: readonly Copy[], archive: Archive): Promise<void> {
  const gone = await orphans(namespace, copies, archive.cluster);
  for (const one of gone) await collect(one, archive);
  const bySite = Map.groupBy(
    copies.filter((one) => !gone.includes(one)),
    siteOf,
  );
  for (const [name, left] of bySite) await collectAfter({ namespace, name }, left, archive);
}

function siteOf({ metadata: { labels } }: Copy): string {
  return labels?.['app.kubernetes.io/instance'] ?? '';
}

/** Returns whether nothing is left to do for a site that is gone. */
export async function collectCredentials(key: SiteKey, archive: Archive): Promise<boolean> {
  const site = splitKey(key);
  return collectAfter(site, await copiesOf(site, archive), archive);
}

/**
 * Deletes credentials that were to go with a site, once the site is gone and nothing is left that needs them: no volume, because
 * what is on it would be closed for ever, and no workload, because who has orphaned it goes on with it.
 */
async function collectAfter(
  { namespace, name }: { namespace: string; name: string },
  copies: readonly Copy[],
  archive: Archive,
): Promise<boolean> {
  const { cluster } = archive;
  const going = copies.filter(({ goesWith }) => goesWith !== '');
  if (going.length === 0) return true;
  // A list, because it fails where the kind is not known: then nobody can say that a site is gone.
  const sites = await cluster.labelled('HostedSite', namespace, {});
  if (sites.some(({ metadata }) => metadata.name === name)) return false;
  for (const kind of needy) {
    if ((await cluster.labelled(kind, namespace, siteLabels({ name }))).length > 0) return false;
  }
  for (const one of going) {
    const secret = { kind: 'Secret', namespace, name: one.secret } as const;
    await cluster.delete(secret, { propagationPolicy: 'Background' });
    await collect(one, archive);
  }
  return true;
}

const needy = ['PersistentVolumeClaim', 'StatefulSet', 'Deployment'] as const;

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
