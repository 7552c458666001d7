import { brief, isKept } from './kept.ts';
import type { Key } from '../key.ts';
import type { Manifest, ObjectMeta } from '../manifest.ts';
import { apiVersion, selects } from '../resources.ts';
import type { Resource } from '../resources.ts';
import { without } from '../without.ts';

export interface Change {
  type: 'added' | 'updated' | 'deleted';
  object: Manifest;
  /** What the cache held before, of an update. */
  before?: Manifest;
}

/** What objects are looked up by: the same object has always the same key. It holds only what the caches keep (`kept.ts`). */
export interface Index {
  readonly name: string;
  of(object: Manifest): Key | undefined;
}

/**
 * The objects of one kind as a watch tells them, and our own writes ahead of it (read your writes).
 *
 * Two rules keep write-through honest, both from "the watch has told everything up to version `#seen`":
 * a response that is not newer than `#seen` is ignored, and a written object that the watch has passed without
 * confirming it no longer exists.
 */
export class Store {
  readonly resource: Resource;
  readonly #namespaces = new Groups();
  readonly #indexes: ReadonlyMap<string, { index: Index; groups: Groups }>;
  /** Versions of our own writes that the watch has not told yet, by id. */
  readonly #unconfirmed = new Map<string, string>();
  readonly #home: string | undefined;
  #seen = '0';

  /** `home` is the operator's own namespace: nobody else's objects are there. */
  constructor(resource: Resource, home?: string, indexes: readonly Index[] = []) {
    this.resource = resource;
    this.#home = home;
    this.#indexes = new Map(indexes.map((index) => [index.name, { index, groups: new Groups() }]));
  }

  get size(): number {
    return this.#namespaces.size;
  }

  /** The version up to which the watch, or a newer list, has told everything. */
  get seen(): string {
    return this.#seen;
  }

  get(namespace: string | undefined, name: string): Manifest | undefined {
    const space = this.resource.namespaced ? (namespace ?? '') : '';
    return this.#namespaces.of(space)?.get(`${space}/${name}`);
  }

  list(namespace?: string): Manifest[] {
    return namespace === undefined ? this.#namespaces.all() : this.#namespaces.list(namespace);
  }

  /** By name; of an index that the store was made with. */
  find({ name }: Index, key: Key): Manifest[] {
    const known = this.#indexes.get(name);
    if (known === undefined) throw new Error(`no index ${name} of ${this.resource.kind}`);
    return known.groups.list(key).sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  }

  /** A whole new content, as of a version; our own newer writes stay until the watch has passed them. */
  replace(raw: Iterable<RawObject>, version: string): Change[] {
    const listed = new Map<string, Manifest>();
    for (const one of raw) {
      const object = ingested(this.resource, one);
      if (this.#keeps(object)) listed.set(idOf(object), object);
    }
    this.#seen = version;
    const changes: Change[] = [];
    for (const old of this.#namespaces.all()) {
      const id = idOf(old);
      const written = this.#unconfirmed.get(id);
      if (written !== undefined && newer(written, version)) {
        listed.delete(id);
      } else if (!listed.has(id)) {
        changes.push(...this.#delete(old));
      }
    }
    for (const object of listed.values()) {
      this.#unconfirmed.delete(idOf(object));
      changes.push(...this.#put(object));
    }
    return changes;
  }

  /** One event of the watch. */
  take(type: 'ADDED' | 'MODIFIED' | 'DELETED', raw: RawObject): Change[] {
    const { namespace, name, uid } = raw.metadata;
    const version = versionOf(raw);
    const held = this.get(namespace, name);
    // Without an object to compare with: one that is gone, or was never there, by a newer list that we have.
    const late = newer(held === undefined ? this.#seen : versionOf(held), version);
    // Ghosts can wait for the next bookmark: to look for them at each event would make a burst of writes costly.
    if (newer(version, this.#seen)) this.#seen = version;
    if (late) return [];
    this.#unconfirmed.delete(idOf(raw));
    const isHeld = held !== undefined && held.metadata.uid === uid;
    // Of our own writes the watch has nothing new to tell.
    if (type !== 'DELETED' && !(isHeld && versionOf(held) === version)) return this.#renewed(raw, held);
    return type === 'DELETED' && isHeld ? this.#delete(held) : [];
  }

  /** Somebody may have taken from an object what it was kept for. */
  #renewed(raw: RawObject, held: Manifest | undefined): Change[] {
    const object = ingested(this.resource, raw);
    if (this.#keeps(object)) return this.#put(object);
    return held !== undefined && held.metadata.uid === object.metadata.uid ? this.#delete(held) : [];
  }

  /** The watch has told everything up to this version. */
  advance(version: string): Change[] {
    if (newer(version, this.#seen)) this.#seen = version;
    const changes: Change[] = [];
    for (const [id, written] of this.#unconfirmed) {
      if (newer(written, this.#seen)) continue;
      this.#unconfirmed.delete(id);
      const ghost = this.#namespaces.of(id.slice(0, id.indexOf('/')))?.get(id);
      if (ghost !== undefined) changes.push(...this.#delete(ghost));
    }
    return changes;
  }

  /** The answer to a write of our own. */
  written(raw: RawObject): Change[] {
    const object = ingested(this.resource, raw);
    const version = versionOf(object);
    const held = this.get(object.metadata.namespace, object.metadata.name);
    const known = !newer(version, this.#seen) || (held !== undefined && !newer(version, versionOf(held)));
    if (known || !selects(this.resource, object) || !this.#keeps(object)) return [];
    this.#unconfirmed.set(idOf(object), version);
    return this.#put(object);
  }

  /** An object that we deleted and that is gone at once. */
  removed(namespace: string | undefined, name: string, uid: string): Change[] {
    const held = this.get(namespace, name);
    if (held === undefined || held.metadata.uid !== uid) return [];
    this.#unconfirmed.delete(idOf(held));
    return this.#delete(held);
  }

  #keeps(object: Manifest): boolean {
    return isKept(this.resource, object, this.#home);
  }

  #put(object: Manifest): Change[] {
    const before = this.get(object.metadata.namespace, object.metadata.name);
    if (before === undefined) return this.#add(object);
    // The same name with another UID is another object: whoever waits for the end of the old one must see it.
    if (before.metadata.uid !== object.metadata.uid) return [...this.#delete(before), ...this.#add(object)];
    if (versionOf(before) === versionOf(object)) return [];
    this.#index(before, 'drop');
    this.#index(object, 'add');
    return [{ type: 'updated', object, before }];
  }

  #add(object: Manifest): Change[] {
    this.#index(object, 'add');
    return [{ type: 'added', object }];
  }

  #delete(object: Manifest): Change[] {
    this.#index(object, 'drop');
    return [{ type: 'deleted', object }];
  }

  #index(object: Manifest, act: 'add' | 'drop'): void {
    const id = idOf(object);
    this.#namespaces[act](object.metadata.namespace ?? '', id, object);
    for (const { index, groups } of this.#indexes.values()) {
      const key = index.of(object);
      if (key !== undefined) groups[act](key, id, object);
    }
  }
}

/** An object as the API server sends it: in lists without `kind` and `apiVersion`. */
export interface RawObject {
  metadata: ObjectMeta & { managedFields?: unknown };
  [field: string]: unknown;
}

/** Objects grouped by a key. */
class Groups {
  readonly #groups = new Map<string, Map<string, Manifest>>();
  size = 0;

  of(key: string): ReadonlyMap<string, Manifest> | undefined {
    return this.#groups.get(key);
  }

  list(key: string): Manifest[] {
    return [...(this.#groups.get(key)?.values() ?? [])];
  }

  all(): Manifest[] {
    return [...this.#groups.values()].flatMap((group) => [...group.values()]);
  }

  add(key: string, id: string, object: Manifest): void {
    const group = this.#groups.get(key) ?? new Map<string, Manifest>();
    this.#groups.set(key, group);
    if (!group.has(id)) this.size += 1;
    group.set(id, object);
  }

  drop(key: string, id: string): void {
    const group = this.#groups.get(key);
    if (group?.delete(id) === true) this.size -= 1;
    if (group?.size === 0) this.#groups.delete(key);
  }
}

/** An object as we keep it: without managedFields, and brief. One that is so already stays the very same object. */
export function ingested(resource: Resource, raw: RawObject): Manifest {
  return brief(resource, isIngested(resource, raw) ? raw : identified(resource, raw));
}

/** An object as the API server has it, without managedFields. */
export function identified(resource: Resource, raw: RawObject): Manifest {
  const { managedFields: _, ...metadata } = raw.metadata;
  const identity = { apiVersion: apiVersion(resource), kind: resource.kind };
  if (resource.metadataOnly !== true) return { ...raw, ...identity, metadata };
  const { annotations } = metadata;
  return {
    ...identity,
    metadata:
      annotations === undefined ? metadata : { ...metadata, annotations: without(annotations, applied) },
  };
}

/** What kubectl keeps of a whole object in its metadata: of a definition that may be 250 kB. */
const applied = 'kubectl.kubernetes.io/last-applied-configuration';

function isIngested(resource: Resource, raw: RawObject): raw is RawObject & Manifest {
  return (
    raw['kind'] === resource.kind &&
    raw['apiVersion'] === apiVersion(resource) &&
    !('managedFields' in raw.metadata) &&
    (resource.metadataOnly !== true ||
      (Object.keys(raw).length === 3 && raw.metadata.annotations?.[applied] === undefined))
  );
}

function idOf(object: Pick<Manifest, 'metadata'>): string {
  return `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
}

function versionOf(object: Pick<Manifest, 'metadata'>): string {
  return object.metadata.resourceVersion ?? '';
}

/**
 * Whether resourceVersion `a` is known to be newer than `b`. They are whole numbers without leading zeros (comparable
 * by promise since Kubernetes 1.35, in fact always: docs/understand/adr/0008-resource-versions-are-compared.md). Of anything
 * else nothing is known: no event is then late, and our own writes are in the cache when the watch tells them.
 */
export function newer(a: string, b: string): boolean {
  if (!whole.test(a) || !whole.test(b)) return false;
  return a.length === b.length ? a > b : a.length > b.length;
}

const whole = /^(0|[1-9]\d*)$/;
