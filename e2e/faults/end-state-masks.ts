import type { Manifest } from '../../operator/components/component.ts';

/** A field that differs between two equal runs. UIDs, times, namespaces and secret values are replaced wherever they are. */
interface Mask {
  /** Of every kind when it is left out. */
  readonly kind?: string;
  readonly path: readonly string[];
  readonly because: string;
}

export const masks: readonly Mask[] = [
  { path: ['metadata', 'uid'], because: 'the API server gives it; references to it become names' },
  { path: ['metadata', 'resourceVersion'], because: 'the API server gives it' },
  { path: ['metadata', 'creationTimestamp'], because: 'a time' },
  {
    path: ['metadata', 'generation'],
    because:
      'a change that is carried out in two steps counts twice; each object of a reference run has its own number',
  },
  {
    path: ['metadata', 'annotations', 'hostedsite.dev/applied-hash'],
    because: "a hash of an object with its namespace and its owner's UID",
  },
  {
    path: ['metadata', 'annotations', 'hostedsite.dev/deletion-policy'],
    because: 'it has the generation of the site in it',
  },
  {
    path: ['metadata', 'annotations', 'hostedsite.dev/goes-with'],
    because: 'the UID of a site that may be gone',
  },
  { path: ['metadata', 'annotations', 'hostedsite.dev/owned-by'], because: 'the same' },
  {
    kind: 'Service',
    path: ['spec', 'clusterIP'],
    because: 'the API server gives the next free one; headless stays',
  },
  { kind: 'Service', path: ['spec', 'clusterIPs'], because: 'the same' },
  {
    kind: 'Deployment',
    path: ['status'],
    because: 'of its controller, with times; pods are counted instead',
  },
  { kind: 'StatefulSet', path: ['status'], because: 'the same' },
  { kind: 'Job', path: ['status'], because: 'the same' },
  {
    kind: 'Job',
    path: ['spec', 'activeDeadlineSeconds'],
    because: 'that of a task is what is left of its time',
  },
  { kind: 'Job', path: ['spec', 'template', 'spec', 'activeDeadlineSeconds'], because: 'the same' },
  { kind: 'CronJob', path: ['status'], because: 'the same' },
  { kind: 'HTTPRoute', path: ['status'], because: 'the same' },
  { kind: 'Certificate', path: ['status'], because: 'the same' },
  { kind: 'CronJob', path: ['spec', 'schedule'], because: 'an H in it follows from the namespace' },
  {
    kind: 'ControllerRevision',
    path: ['data', 'renames'],
    because: 'whether the site had other hosts before',
  },
  { kind: 'PersistentVolumeClaim', path: ['status'], because: 'of the world that the rig plays' },
];

/** The object without masked fields; of who wrote which field only what is the operator's, and conditions by type. */
export function masked(object: Manifest): Manifest {
  const copy = structuredClone(object);
  const entries = operatorsFields(copy);
  for (const { kind, path } of masks) {
    if (kind === undefined || kind === object.kind) removed(copy, path, isHeadless(object));
  }
  return sorted({ ...copy, metadata: { ...copy.metadata, ...{ managedFields: entries } } });
}

interface FieldsEntry {
  readonly manager?: string;
  readonly operation?: string;
  readonly subresource?: string;
  readonly fieldsV1?: unknown;
}

/** Which fields the operator holds; when it wrote them does not matter, nor what controllers and people hold. */
function operatorsFields({ metadata }: Manifest): FieldsEntry[] {
  const { managedFields = [] } = metadata as { managedFields?: readonly FieldsEntry[] };
  return managedFields
    .filter(({ manager }) => manager?.startsWith('hostedsite') === true)
    .map(({ manager = '', operation = '', subresource = '', fieldsV1 }) => {
      return { manager, operation, subresource, fieldsV1: sortedKeys(fieldsV1) };
    })
    .sort((a, b) =>
      a.manager + a.operation + a.subresource < b.manager + b.operation + b.subresource ? -1 : 1,
    );
}

function isHeadless({ spec }: Manifest): boolean {
  return (spec as { clusterIP?: string } | undefined)?.clusterIP === 'None';
}

function removed(object: Manifest, path: readonly string[], headless: boolean): void {
  if (headless && path[1]?.startsWith('clusterIP') === true) return;
  let parent: Record<string, unknown> | undefined = object;
  for (const field of path.slice(0, -1)) parent = parent?.[field] as Record<string, unknown> | undefined;
  const last = path.at(-1) ?? '';
  if (parent !== undefined) Reflect.deleteProperty(parent, last);
}

/** Server-side apply puts what is new in a list at a place of its own choice. */
function sorted(object: Manifest): Manifest {
  const status = object['status'] as { conditions?: { type: string }[] } | undefined;
  status?.conditions?.sort((a, b) => (a.type < b.type ? -1 : 1));
  return object;
}

function sortedKeys(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, part]) => [key, sortedKeys(part)]),
  );
}
