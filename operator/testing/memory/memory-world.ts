import { isDeepStrictEqual } from 'node:util';
import type { ObjectRef } from '../../kube/cluster.ts';
import { brief, isKept } from '../../kube/watch/kept.ts';
import type { Manifest, ObjectMeta } from '../../kube/manifest.ts';
import type { FieldSet } from './memory-apply.ts';
import { resourceOf } from '../../kinds/resources.ts';
import { selects } from '../../kube/resources.ts';

export interface Entry {
  /** Frozen. */
  readonly object: Manifest;
  /** Field manager → the fields that it owns. */
  readonly owners: Map<string, FieldSet>;
}

/** The objects of `MemoryCluster`: gives out UIDs, versions and generations as an API server does. */
export class MemoryWorld {
  readonly #entries = new Map<string, Entry>();
  readonly #now: () => Date;
  readonly #home: string | undefined;
  #version = 1000;
  #uids = 0;

  constructor(now: () => Date, home?: string) {
    this.#now = now;
    this.#home = home;
  }

  /** An object as caches hold it; undefined where they do not. */
  cached(object: Manifest): Manifest | undefined {
    const resource = resourceOf(object.kind);
    return selects(resource, object) && isKept(resource, object, this.#home)
      ? brief(resource, object)
      : undefined;
  }

  entries(): Entry[] {
    return [...this.#entries.values()];
  }

  objects(): Manifest[] {
    return [...this.#entries.values()].map((entry) => entry.object);
  }

  find(ref: ObjectRef): Entry | undefined {
    return this.#entries.get(entryKey(ref));
  }

  remove(ref: ObjectRef): void {
    this.#entries.delete(entryKey(ref));
  }

  /** An object with finalizers is only marked. */
  delete(ref: ObjectRef): void {
    const entry = this.find(ref);
    if (entry === undefined) return;
    if (!entry.object.metadata.finalizers?.length) this.remove(ref);
    else this.store(withMetadata(entry.object, { deletionTimestamp: this.#timestamp() }), entry.owners);
  }

  /** An object that is not stored, as it would be. */
  asked(object: Manifest): Manifest {
    return withMetadata(object, { creationTimestamp: this.#timestamp() });
  }

  /** Versions and generation move only when something changed. */
  store(object: Manifest, owners: Map<string, FieldSet>): Manifest {
    const ref = refOf(object);
    const before = this.find(ref)?.object;
    if (before !== undefined && isDeepStrictEqual(before, object)) return before;
    const stamped = deepFrozen(this.#stamped(before, object));
    const { deletionTimestamp, finalizers } = stamped.metadata;
    if (deletionTimestamp !== undefined && !finalizers?.length) this.remove(ref);
    else this.#entries.set(entryKey(ref), { object: stamped, owners });
    return stamped;
  }

  #stamped(before: Manifest | undefined, object: Manifest): Manifest {
    this.#version += 1;
    const { metadata } = object;
    const version = String(this.#version);
    return withMetadata(object, {
      uid: metadata.uid ?? before?.metadata.uid ?? this.#uid(),
      resourceVersion: before === undefined ? (metadata.resourceVersion ?? version) : version,
      creationTimestamp: metadata.creationTimestamp ?? this.#timestamp(),
      ...generation(before, object),
    });
  }

  #uid(): string {
    this.#uids += 1;
    return `00000000-0000-4000-8000-${String(this.#uids).padStart(12, '0')}`;
  }

  #timestamp(): string {
    return this.#now()
      .toISOString()
      .replace(/\.\d+Z$/, 'Z');
  }
}

export function preconditionsHold(sent: ObjectMeta, live: ObjectMeta | undefined): boolean {
  return (
    (sent.uid === undefined || sent.uid === live?.uid) &&
    (sent.resourceVersion === undefined || sent.resourceVersion === live?.resourceVersion)
  );
}

export function refOf(object: Manifest): ObjectRef {
  const { namespace, name } = object.metadata;
  return { kind: object.kind, namespace, name };
}

function entryKey(ref: ObjectRef): string {
  return `${ref.kind}/${resourceOf(ref.kind).namespaced ? (ref.namespace ?? '') : ''}/${ref.name}`;
}

function withMetadata(object: Manifest, metadata: Partial<ObjectMeta>): Manifest {
  return { ...object, metadata: { ...object.metadata, ...metadata } };
}

function generation(before: Manifest | undefined, after: Manifest): { generation?: number } {
  if (!('spec' in after)) return {};
  if (before === undefined) return { generation: after.metadata.generation ?? 1 };
  const now = before.metadata.generation ?? 1;
  return { generation: isDeepStrictEqual(before['spec'], after['spec']) ? now : now + 1 };
}

function deepFrozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFrozen);
  }
  return value;
}

/** Of a list as the caches give it. */
export function byName(a: Manifest, b: Manifest): number {
  const left = `${a.metadata.namespace ?? ''}/${a.metadata.name}`;
  const right = `${b.metadata.namespace ?? ''}/${b.metadata.name}`;
  return left < right ? -1 : Number(left > right);
}

/** An object without what it holds. */
export function metadataOf(object: Manifest): Manifest {
  return { apiVersion: object.apiVersion, kind: object.kind, metadata: object.metadata };
}
