import type { Manifest, Refusal, Site } from '../../components/component.ts';
import type { Cluster } from '../../kube/cluster.ts';
import { AlreadyExists } from '../../kube/errors.ts';
import { copiesOf, copyNameIn, copyOf, mark } from './copies.ts';
import type { Copy } from './copies.ts';
import { isRecord } from '../../objects/difference.ts';
import {
  componentLabels,
  copyOfAnnotation,
  goesWithAnnotation,
  keptAnnotations,
  ownedByAnnotation,
} from '../../objects/labels.ts';
import { secretTaken } from './ownership.ts';
import type { Creation } from '../plan.ts';

/**
 * Secrets of sites, written without ever being read. The operator has no right to read Secrets in sites' namespaces,
 * so it makes the values in its own namespace first and copies them from there:
 *
 *   copy there? ──yes──▶ POST the Secret with the copy's values (taken: it is there)
 *        │no
 *   POST the Secret, dry run ──taken──▶ ours, if what needs it was written before; else NameTaken
 *        │free
 *   POST the copy with new random values ──▶ POST the Secret with the copy's values
 *
 * Cut off at any line, the next pass ends in the same state, and a Secret that somebody deletes comes back as it was.
 */
export interface CredentialKeeper {
  cluster: Cluster;
  /** The operator's own namespace, where copies are. */
  operatorNamespace: string;
  /** So many random bytes as base64url text. */
  randomText(bytes: number): string;
}

/** Copies stay for names that are taken out: without an end a spec that names others again and again would fill the cluster's store. */
const mostCopies = 100;

/** `space` is the UID of the site's namespace, as it is now. */
export async function writeSecret(
  { desired, known }: Creation,
  site: Pick<Site, 'namespace' | 'name' | 'uid'>,
  space: string,
  keeper: CredentialKeeper,
): Promise<Refusal | undefined> {
  const { cluster } = keeper;
  const { object } = desired;
  const name = copyNameIn(space, object.metadata.name);
  const copy = await cluster.read('Secret', keeper.operatorNamespace, name);
  if (copy !== undefined) return writeFrom(copy, object, site, cluster);
  if (!(await isFree(object, cluster)))
    return known ? undefined : secretTaken(object.metadata.name, site.name);
  if (desired.named === true && (await copiesOf(site, keeper)).length >= mostCopies)
    return tooManyCopies(object.metadata.name);
  const data = await newCopy(name, { desired, known }, keeper);
  await createUnlessThere(secret(object, data), cluster);
  return undefined;
}

/** Asked of the API server itself: a namespace that was made anew under its name is another tenant's. */
export async function uidOfNamespace(namespace: string, cluster: Cluster): Promise<string> {
  const live = await cluster.metadata('Namespace', undefined, namespace);
  if (live?.uid === undefined) throw new Error('the namespace of the site is gone');
  return live.uid;
}

function tooManyCopies(name: string): Refusal {
  return {
    reason: 'TooManySecrets',
    message:
      `The Secret ${name} is not made: ${mostCopies} Secrets of this site are kept already, with those of names that were taken out. ` +
      'Use a name in spec.web.generatedEnv that was there before, or name a Secret of your own in spec.web.env.',
  };
}

/**
 * A Secret that is there stays as it is, but for one that another site may own. What the copy says is written first: whoever would
 * delete it for a site that is gone is then too late.
 */
async function writeFrom(
  copy: Manifest,
  object: Manifest,
  { uid }: Pick<Site, 'uid'>,
  cluster: Cluster,
): Promise<undefined> {
  const [{ goesWith, ownedBy } = nobodys] = copyOf(copy.metadata);
  // What this site may own is a matter of its policy: a pass that has not heard of it takes nothing back.
  const desired = ownedBy === uid ? uid : ownerOf(object);
  if (ownedBy !== '' && ownedBy !== desired) return remake(copy, object, cluster);
  const mayOwn = ownedBy === desired || (await isFree(object, cluster)) ? desired : ownedBy;
  if (goesWith !== desired || ownedBy !== mayOwn)
    await mark(copy.metadata, { goesWith: desired, ownedBy: mayOwn }, cluster);
  await createUnlessThere(secret(object, dataOf(copy)), cluster);
}

const nobodys = { goesWith: '', ownedBy: '' };

/**
 * The site's Secrets go with it, or stay, as its policy says. One that Kubernetes would delete with the site is made anew without an
 * owner, by its copy: it cannot be changed without the right to read it. One that has no owner needs none: it is deleted with its
 * copy when the site and its volumes are gone.
 */
export async function ownSecrets(
  site: Pick<Site, 'namespace' | 'name' | 'uid'>,
  policy: 'Retain' | 'Delete',
  keeper: CredentialKeeper,
): Promise<void> {
  const { cluster, operatorNamespace } = keeper;
  const goesWith = policy === 'Delete' ? site.uid : '';
  for (const one of await copiesOf(site, keeper)) {
    const { metadata, ownedBy } = one;
    if (one.goesWith === goesWith && (policy === 'Delete' || ownedBy === '')) continue;
    if (policy === 'Delete' || ownedBy === '') {
      await mark(metadata, { goesWith, ownedBy }, cluster);
      continue;
    }
    const copy = await cluster.read('Secret', operatorNamespace, metadata.name);
    if (copy !== undefined) await remake(copy, unowned(one), cluster);
  }
}

/** Cut off anywhere, it is done again, because the copy says until the Secret is gone that somebody else may own it. */
async function remake(copy: Manifest, object: Manifest, cluster: Cluster): Promise<undefined> {
  const goesWith = ownerOf(object);
  const [{ ownedBy } = nobodys] = copyOf(copy.metadata);
  const kept = goesWith === '' ? copy.metadata : await mark(copy.metadata, { goesWith, ownedBy }, cluster);
  const { namespace, name } = object.metadata;
  if (!(await isFree(object, cluster)))
    await cluster.delete({ kind: 'Secret', namespace, name }, { propagationPolicy: 'Background' });
  // What may be owned is written before it is; that nothing is, after.
  if (goesWith !== '') await mark(kept, { goesWith, ownedBy: goesWith }, cluster);
  await createUnlessThere(secret(object, dataOf(copy)), cluster);
  if (goesWith === '') await mark(kept, nobodys, cluster);
}

function unowned({ metadata: { labels }, namespace, secret: name }: Copy): Manifest {
  const metadata = { name, namespace, annotations: keptAnnotations, ...(labels && { labels }) };
  return { apiVersion: 'v1', kind: 'Secret', type: 'Opaque', metadata };
}

/** Empty for none. */
function ownerOf({ metadata: { ownerReferences = [] } }: Manifest): string {
  return ownerReferences[0]?.uid ?? '';
}

async function isFree(object: Manifest, cluster: Cluster): Promise<boolean> {
  try {
    await cluster.create(secret(object, {}), { dryRun: true });
    return true;
  } catch (error) {
    if (error instanceof AlreadyExists) return false;
    throw error;
  }
}

async function newCopy(
  name: string,
  { desired }: Creation,
  keeper: CredentialKeeper,
): Promise<Record<string, string>> {
  const { object, generate = {}, component } = desired;
  const written = Object.entries(asRecord(object['stringData'])).map(
    ([key, text]) => [key, String(text)] as const,
  );
  const random = Object.entries(generate).map(([key, { bytes }]) => [key, keeper.randomText(bytes)] as const);
  const data = Object.fromEntries([...written, ...random].map(([key, text]) => [key, base64(text)] as const));
  const site = object.metadata.labels?.['app.kubernetes.io/instance'] ?? '';
  const metadata = {
    name,
    namespace: keeper.operatorNamespace,
    labels: componentLabels({ name: site }, component),
    annotations: {
      ...keptAnnotations,
      [copyOfAnnotation]: `${object.metadata.namespace}/${object.metadata.name}`,
      [goesWithAnnotation]: ownerOf(object),
      [ownedByAnnotation]: ownerOf(object),
    },
  };
  await keeper.cluster.create({ apiVersion: 'v1', kind: 'Secret', type: 'Opaque', metadata, data });
  return data;
}

async function createUnlessThere(object: Manifest, cluster: Cluster): Promise<void> {
  try {
    await cluster.create(object);
  } catch (error) {
    if (!(error instanceof AlreadyExists)) throw error;
  }
}

/** What the component wrote, with these values; the API server would mix `stringData` into them. */
function secret(object: Manifest, data: Record<string, string>): Manifest {
  const whole: Manifest = { ...object, data };
  delete whole['stringData'];
  return whole;
}

function dataOf({ data }: Manifest): Record<string, string> {
  return asRecord(data) as Record<string, string>;
}

function asRecord(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
