import { without } from '../../kube/without.ts';

/**
 * Server-side apply for the in-memory double: fields are owned by managers, what a manager no longer applies goes away.
 *
 * Limits: list types are guessed from field names (`listKeys`) instead of read from schemas, every other list is
 * replaced whole; no defaulting, no validation, no conversion of quantities; Update ownership is not recorded, so a
 * value that `MemoryCluster.edit` wrote has no owner and is taken over without a conflict.
 */

/** Which fields a manager owns: paths as JSON text. */
export type FieldSet = ReadonlySet<string>;

export interface ApplyResult {
  object: Fields;
  owned: FieldSet;
  /** Paths that another manager owns with another value. */
  conflicts: readonly string[];
}

export type Fields = Record<string, unknown>;
/** A field's name, or the key of an item of a list: `[key field, its value]`. */
type Step = string | readonly [string, unknown];

/** Lists that merge by a key; `''` marks lists of plain values that merge as sets. */
const listKeys: Readonly<Record<string, readonly string[]>> = {
  conditions: ['type'],
  containers: ['name'],
  env: ['name'],
  finalizers: [''],
  imagePullSecrets: ['name'],
  initContainers: ['name'],
  ownerReferences: ['uid'],
  ports: ['containerPort', 'port'],
  volumeMounts: ['mountPath'],
  volumes: ['name'],
};

export function serverSideApply(
  live: Fields,
  applied: Fields,
  manager: string,
  owners: ReadonlyMap<string, FieldSet>,
): ApplyResult {
  const owned = new Set(leaves(applied, []).map((path) => JSON.stringify(path)));
  const others = new Set([...owners].flatMap(([name, paths]) => (name === manager ? [] : [...paths])));
  const conflicts = [...owned].filter(
    (path) => others.has(path) && !equal(at(live, parsed(path)), at(applied, parsed(path))),
  );
  const object = merged(structuredClone(live), applied, '') as Fields;
  const held = new Set([...owned, ...others].flatMap((path) => prefixes(parsed(path))));
  const dropped = [...(owners.get(manager) ?? [])].filter((path) => !held.has(path)).map(parsed);
  // Deepest first, so that a list item is still found by its key while its fields go away.
  for (const path of dropped.sort((a, b) => b.length - a.length)) remove(object, path, held);
  return { object, owned, conflicts };
}

export function equal(a: unknown, b: unknown): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isFields(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .filter((key) => value[key] !== undefined)
      .map((key) => [key, sorted(value[key])]),
  );
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A path and everything above it: none of that may go away while the path is owned. */
function prefixes(path: readonly Step[]): string[] {
  return path.map((_step, index) => JSON.stringify(path.slice(0, index + 1)));
}

function isList(value: unknown): value is unknown[] {
  return Array.isArray(value);
}

function parsed(path: string): Step[] {
  return JSON.parse(path) as Step[];
}

/** The key field of a list, or undefined for lists that are replaced whole. */
function keyOf(field: string, items: readonly unknown[]): string | undefined {
  const keys = Object.hasOwn(listKeys, field) ? listKeys[field] : undefined;
  return keys?.find((key) =>
    items.every((item) => (key === '' ? !isFields(item) : isFields(item) && key in item)),
  );
}

function itemKey(item: unknown, key: string): unknown {
  return key === '' ? item : (item as Fields)[key];
}

function leaves(value: unknown, path: readonly Step[]): (readonly Step[])[] {
  if (isFields(value)) {
    const entries = Object.entries(value).filter(([, child]) => child !== undefined);
    return entries.length === 0 && path.length > 0
      ? [path]
      : entries.flatMap(([name, child]) => leaves(child, [...path, name]));
  }
  const field = path.at(-1);
  const key = Array.isArray(value) && typeof field === 'string' ? keyOf(field, value) : undefined;
  if (!Array.isArray(value) || key === undefined || value.length === 0) return [path];
  return value.flatMap((item: unknown) => {
    const place = [...path, [key, itemKey(item, key)] as const];
    if (!isFields(item)) return [place];
    const rest = without(item, key);
    return [place, ...(Object.keys(rest).length === 0 ? [] : leaves(rest, place))];
  });
}

function merged(live: unknown, applied: unknown, field: string): unknown {
  if (isFields(live) && isFields(applied)) {
    const result: Fields = { ...live };
    for (const [name, value] of Object.entries(applied)) {
      if (value !== undefined) result[name] = merged(live[name], value, name);
    }
    return result;
  }
  if (!isList(live) || !isList(applied)) return structuredClone(applied);
  const key = keyOf(field, [...live, ...applied]);
  if (key === undefined) return structuredClone(applied);
  const rest = new Map(applied.map((item) => [itemKey(item, key), item]));
  const kept = live.map((item) => {
    const twin = rest.get(itemKey(item, key));
    rest.delete(itemKey(item, key));
    return twin === undefined ? item : merged(item, twin, '');
  });
  return [...kept, ...structuredClone([...rest.values()])];
}

function child(parent: unknown, step: Step): unknown {
  if (typeof step === 'string') return isFields(parent) ? parent[step] : undefined;
  return Array.isArray(parent) ? parent.find((item) => equal(itemKey(item, step[0]), step[1])) : undefined;
}

function at(root: unknown, path: readonly Step[]): unknown {
  return path.reduce(child, root);
}

/** Removes a field or a list item, and then the parents that it leaves empty. */
function remove(root: Fields, path: readonly Step[], held: ReadonlySet<string>): void {
  const above = path.slice(0, -1);
  const parent = at(root, above);
  removeStep(parent, path.at(-1));
  const empty = typeof parent === 'object' && parent !== null && Object.keys(parent).length === 0;
  if (empty && typeof above.at(-1) === 'string' && !held.has(JSON.stringify(above))) {
    remove(root, above, held);
  }
}

function removeStep(parent: unknown, step: Step | undefined): void {
  if (typeof step === 'string') {
    if (isFields(parent)) Reflect.deleteProperty(parent, step);
  } else if (step !== undefined && Array.isArray(parent)) {
    const index = parent.findIndex((item) => equal(itemKey(item, step[0]), step[1]));
    if (index >= 0) parent.splice(index, 1);
  }
}
