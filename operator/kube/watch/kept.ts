import { hash } from 'node:crypto';
import type { Manifest } from '../manifest.ts';
import type { Marks, Resource } from '../resources.ts';
import { without } from '../without.ts';

/**
 * What the caches keep of objects that anybody may label as ours. Memory is for all tenants: what one of them writes must
 * cost next to nothing, however large it is and however many there are.
 *
 * - Of a text that is longer than a name can be, its hash: enough to compare it with what is wanted.
 * - No long annotation: none of ours is.
 * - Of an object that is too heavy all the same, its name and whose it is.
 */

/** Characters, of an annotation too. What is read again is shorter: hosts, images, why a release failed. */
const longText = 1024;
/** About the characters that an object is written in. The heaviest of ours has a third of it. */
const heavy = 128 * 1024;

/** Whether the caches are to hold an object that the API server selected; `home` is the operator's own namespace. */
export function isKept({ controller }: Resource, object: Manifest, home: string | undefined): boolean {
  if (controller === undefined || (home !== undefined && object.metadata.namespace === home)) return true;
  const owners = object.metadata.ownerReferences ?? [];
  return owners.some((owner) => owner.controller === true && owner.kind === controller);
}

/** An object as the caches keep it; what is so already stays the very same object. Wanted ones are compared in this form too. */
export function brief(resource: Resource, object: Manifest): Manifest {
  const { selector, brief: isBrief, whole, metadataOnly, marks } = resource;
  const isWhole = whole === true || (selector === undefined && isBrief !== true);
  if (isWhole || metadataOnly === true || weight(object, heavy, longText) <= heavy) return object;
  const shorter = withoutLongAnnotations(withHashes(object));
  return weight(shorter, heavy) > heavy ? bare(object, marks) : shorter;
}

function withHashes(object: Manifest): Manifest {
  const changed = Object.entries(object).flatMap(([field, value]) => {
    if (field === 'metadata' || field === 'status') return [];
    const short = shortened(value);
    return short === value ? [] : [[field, short] as const];
  });
  return changed.length === 0 ? object : { ...object, ...Object.fromEntries(changed) };
}

/** The same value where nothing in it is long. */
function shortened(value: unknown): unknown {
  if (typeof value === 'string') return value.length > longText ? `sha256:${hash('sha256', value)}` : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items: unknown[] = value.map(shortened);
    return items.every((item, index) => item === value[index]) ? value : items;
  }
  const fields = Object.entries(value);
  const short = fields.map(([field, part]) => [field, shortened(part)] as const);
  return short.every(([, part], index) => part === fields[index]?.[1]) ? value : Object.fromEntries(short);
}

function withoutLongAnnotations(object: Manifest): Manifest {
  const { annotations = {} } = object.metadata;
  const long = Object.keys(annotations).filter((name) => (annotations[name] ?? '').length > longText);
  if (long.length === 0) return object;
  return { ...object, metadata: { ...object.metadata, annotations: without(annotations, ...long) } };
}

/** The labels by which it is found, and its owners: what is needed to let it alone, or to remove it. */
function bare({ apiVersion, kind, metadata }: Manifest, marks: Marks | undefined): Manifest {
  const { name, namespace, uid, resourceVersion, generation, labels = {}, ownerReferences = [] } = metadata;
  const beginnings = ['app.kubernetes.io/', ...(marks === undefined ? [] : [marks.prefix])];
  const known = beginnings.flatMap((prefix) =>
    Object.entries(labels)
      .filter(([label]) => label.startsWith(prefix))
      .slice(0, 10),
  );
  const owners = ownerReferences
    .filter(({ controller, kind }) => controller === true || kind === marks?.owner)
    .slice(0, 8);
  return {
    apiVersion,
    kind,
    metadata: {
      ...{ name, labels: Object.fromEntries(known), ownerReferences: owners },
      ...(namespace === undefined ? {} : { namespace }),
      ...(uid === undefined ? {} : { uid }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
      ...(generation === undefined ? {} : { generation }),
    },
  };
}

/**
 * Counted until it is more than `limit`, which any text beyond `longest` is. Every change of every object comes through here, and
 * going through an array by its indexes as if they were fields takes ten times as long.
 */
function weight(value: unknown, limit: number, longest = Infinity): number {
  if (typeof value === 'string') return value.length > longest ? Infinity : value.length;
  if (typeof value !== 'object' || value === null) return 8;
  if (Array.isArray(value)) return weightOfList(value, limit, longest);
  let sum = 8;
  for (const field in value) {
    sum += field.length + weight((value as Record<string, unknown>)[field], limit - sum, longest);
    if (sum > limit) break;
  }
  return sum;
}

function weightOfList(items: readonly unknown[], limit: number, longest: number): number {
  let sum = 8;
  for (const item of items) {
    sum += 8 + weight(item, limit - sum, longest);
    if (sum > limit) break;
  }
  return sum;
}
