import type { ObjectRef } from '../cluster.ts';
import type { Key } from '../key.ts';
import type { Manifest } from '../manifest.ts';
import { cachedKinds, isCached } from '../resources.ts';
import type { CachedKind } from '../resources.ts';
import { Store } from './store.ts';
import type { Change, Index, RawObject } from './store.ts';

export interface KindChange extends Change {
  kind: CachedKind;
  /** Our own write, told before any watch has. */
  own?: boolean;
}

/** The stores of all kinds as one, and the place where changes are told. Listeners only note keys: they must not throw. */
export class Cache {
  readonly #stores: ReadonlyMap<CachedKind, Store>;
  readonly #listeners: ((change: KindChange) => void)[] = [];
  readonly #absent = new Set<CachedKind>();
  readonly #kindListeners: ((kind: CachedKind) => void)[] = [];

  /** `home` is the operator's own namespace. */
  constructor(kinds: readonly CachedKind[] = cachedKinds, home?: string, indexes: readonly Index[] = []) {
    this.#stores = new Map(kinds.map((kind) => [kind, new Store(kind, home, indexes)]));
  }

  get kinds(): readonly CachedKind[] {
    return [...this.#stores.keys()];
  }

  onChange(listener: (change: KindChange) => void): void {
    this.#listeners.push(listener);
  }

  /** Told when the cluster begins or ceases to know an optional kind. */
  onKind(listener: (kind: CachedKind) => void): void {
    this.#kindListeners.push(listener);
  }

  /** Whether the cluster knows the kind, as far as was told. */
  knows(kind: CachedKind): boolean {
    return !this.#absent.has(kind);
  }

  size(kind: CachedKind): number {
    return this.#store(kind).size;
  }

  /** The version up to which everything of a kind is known. */
  seen(kind: CachedKind): string {
    return this.#store(kind).seen;
  }

  list(kind: CachedKind, namespace?: string): readonly Manifest[] {
    return this.#store(kind).list(namespace);
  }

  get(kind: CachedKind, namespace: string | undefined, name: string): Manifest | undefined {
    return this.#store(kind).get(namespace, name);
  }

  find(index: Index, key: Key): readonly Manifest[] {
    return [...this.#stores.values()].flatMap((store) => store.find(index, key));
  }

  replace(kind: CachedKind, objects: Iterable<RawObject>, version: string): void {
    const isNews = this.#absent.delete(kind);
    this.#tell(kind, this.#store(kind).replace(objects, version));
    if (isNews) this.#tellOfKind(kind);
  }

  /** The cluster does not know the kind (any more): there is nothing of it. */
  absent(kind: CachedKind): void {
    if (this.#absent.has(kind)) return;
    this.#absent.add(kind);
    this.#tell(kind, this.#store(kind).replace([], this.seen(kind)));
    this.#tellOfKind(kind);
  }

  take(kind: CachedKind, type: 'ADDED' | 'MODIFIED' | 'DELETED', object: RawObject): void {
    this.#tell(kind, this.#store(kind).take(type, object));
  }

  advance(kind: CachedKind, version: string): void {
    this.#tell(kind, this.#store(kind).advance(version));
  }

  /**
   * Our own write's answer. It is told like any change: a pass that has just written something has computed its status
   * from the world before, and what a person has changed meanwhile comes with the answer, and no more by the watch.
   */
  written(object: Manifest): void {
    if (!isCached(object.kind) || !this.#stores.has(object.kind)) return;
    this.#tell(object.kind, this.#store(object.kind).written(object), true);
  }

  removed(ref: ObjectRef, uid: string): void {
    if (!isCached(ref.kind) || !this.#stores.has(ref.kind)) return;
    this.#tell(ref.kind, this.#store(ref.kind).removed(ref.namespace, ref.name, uid), true);
  }

  #tell(kind: CachedKind, changes: readonly Change[], own = false): void {
    for (const change of changes) {
      for (const listener of this.#listeners) listener({ ...change, kind, own });
    }
  }

  #tellOfKind(kind: CachedKind): void {
    for (const listener of this.#kindListeners) listener(kind);
  }

  #store(kind: CachedKind): Store {
    const store = this.#stores.get(kind);
    if (store === undefined) throw new Error(`no cache of kind ${kind}`);
    return store;
  }
}
