import { createHash } from 'node:crypto';
import type { Manifest, Refusal } from '../components/component.ts';
import type { Cluster } from '../kube/cluster.ts';
import { AlreadyExists } from '../kube/errors.ts';
import { isRecord } from './difference.ts';
import { componentLabels } from './labels.ts';
import { nameTaken } from './ownership.ts';
import type { Creation } from './plan.ts';
import { noteSecret } from './secret-notes.ts';

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
export interface Vault {
  cluster: Cluster;
  /** The operator's own namespace, where copies are. */
  operatorNamespace: string;
  /** So many random bytes as base64url text. */
  randomText(bytes: number): string;
}

export async function writeSecret({ wanted, known }: Creation, vault: Vault): Promise<Refusal | undefined> {
  const { cluster } = vault;
  const { object } = wanted;
  const name = await copyName(object, cluster);
  const copy = await cluster.read('Secret', vault.operatorNamespace, name);
  if (copy === undefined && !(await isFree(object, cluster))) {
    return known ? undefined : nameTaken('Secret', object.metadata.name);
  }
  if (copy === undefined && wanted.named === true) await noteSecret(object, name, vault);
  const data = copy ? dataOf(copy) : await newCopy(name, { wanted, known }, vault);
  await createUnlessThere(secret(object, data), cluster);
  return undefined;
}

/** Deletes a Secret only where a copy proves that it is ours; the copy goes last, so that a cut-off deletion is finished. */
export async function deleteSecret(object: Manifest, vault: Vault): Promise<void> {
  const { cluster, operatorNamespace } = vault;
  const name = await copyName(object, cluster);
  if ((await cluster.metadata('Secret', operatorNamespace, name)) === undefined) return;
  const options = { propagationPolicy: 'Background' } as const;
  const { namespace } = object.metadata;
  await cluster.delete({ kind: 'Secret', namespace, name: object.metadata.name }, options);
  await cluster.delete({ kind: 'Secret', namespace: operatorNamespace, name }, options);
}

/** On a copy: the Secret that it is one of, NAMESPACE/NAME. */
export const copyOfAnnotation = 'hostedsite.dev/copy-of';

/** Follows the namespace's UID: who makes a namespace of an old name anew does not get the old one's credentials. */
export function copyNameIn(namespaceUid: string, secret: string): string {
  return `site-secret-${createHash('sha256').update(`${namespaceUid}/${secret}`).digest('hex').slice(0, 32)}`;
}

async function copyName({ metadata: { namespace, name } }: Manifest, cluster: Cluster): Promise<string> {
  const live = await cluster.metadata('Namespace', undefined, namespace ?? '');
  if (live?.uid === undefined) throw new Error('the namespace of the site is gone');
  return copyNameIn(live.uid, name);
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

async function newCopy(name: string, { wanted }: Creation, vault: Vault): Promise<Record<string, string>> {
  const { object, generate = {}, component } = wanted;
  const written = Object.entries(asRecord(object['stringData'])).map(
    ([key, text]) => [key, String(text)] as const,
  );
  const random = Object.entries(generate).map(([key, { bytes }]) => [key, vault.randomText(bytes)] as const);
  const data = Object.fromEntries([...written, ...random].map(([key, text]) => [key, base64(text)] as const));
  const site = object.metadata.labels?.['app.kubernetes.io/instance'] ?? '';
  const metadata = {
    name,
    namespace: vault.operatorNamespace,
    labels: componentLabels({ name: site }, component),
    annotations: { [copyOfAnnotation]: `${object.metadata.namespace}/${object.metadata.name}` },
  };
  await vault.cluster.create({ apiVersion: 'v1', kind: 'Secret', type: 'Opaque', metadata, data });
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
