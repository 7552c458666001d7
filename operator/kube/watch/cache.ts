import type { ObjectRef } from '../cluster.ts';
import type { Key } from '../key.ts';
import type { Manifest } from '../manifest.ts';
import type { Resource } from '../resources.ts';
import { Store } from './store.ts';
import type { Change, Index, RawObject } from './store.ts';

export interface KindChange extends Change {
  kind: string;
  /** Our own write, told before any watch has. */
  own?: boolean;
}

/** The stores of all kinds as one, and the place where changes are told. Listeners only note keys: they must not throw. */
export class Cache {
  readonly #stores: ReadonlyMap<string, Store>;
  readonly #listeners: ((change: KindChange) => void)[] = [];
  readonly #absent = new Set<string>();
  readonly #kindListeners: ((kind: string) => void)[] = [];

  /** `home` is the operator's own namespace. */
  constructor(resources: readonly Resource[], home?: string, indexes: readonly Index[] = []) {
    this.#stores = new Map(resources.map((one) => [one.kind, new Store(one, home, indexes)]));
  }

  get resources(): readonly Resource[] {
    return [...this.#stores.values()].map(({ resource }) => resource);
  }

  get kinds(): readonly string[] {
    return [...this.#stores.keys()];
  }

  resource(kind: string): Resource {
    return this.#store(kind).resource;
  }

  onChange(listener: (change: KindChange) => void): void {
    this.#listeners.push(listener);
  }

  /** Told when the cluster begins or ceases to know an optional kind. */
  onKind(listener: (kind: string) => void): void {
    this.#kindListeners.push(listener);
  }

  /** Whether the cluster knows the kind, as far as was told. */
  knows(kind: string): boolean {
    return !this.#absent.has(kind);
  }

  size(kind: string): number {
    return this.#store(kind).size;
  }

  /** The version up to which everything of a kind is known. */
  seen(kind: string): string {
    return this.#store(kind).seen;
  }

  list(kind: string, namespace?: string): readonly Manifest[] {
    return this.#store(kind).list(namespace);
  }

  get(kind: string, namespace: string | undefined, name: string): Manifest | undefined {
    return this.#store(kind).get(namespace, name);
  }

  find(index: Index, key: Key): readonly Manifest[] {
    return [...this.#stores.values()].flatMap((store) => store.find(index, key));
  }

  replace(kind: string, objects: Iterable<RawObject>, version: string): void {
    const isNews = this.#absent.delete(kind);
    this.#tell(kind, this.#store(kind).replace(objects, version));
    if (isNews) this.#tellOfKind(kind);
  }

  /** The cluster does not know the kind (any more): there is nothing of it. */
  absent(kind: string): void {
    if (this.#absent.has(kind)) return;
    this.#absent.add(kind);
    this.#tell(kind, this.#store(kind).replace([], this.seen(kind)));
    this.#tellOfKind(kind);
  }

  take(kind: string, type: 'ADDED' | 'MODIFIED' | 'DELETED', object: RawObject): void {
    this.#tell(kind, this.#store(kind).take(type, object));
  }

  advance(kind: string, version: string): void {
    this.#tell(kind, this.#store(kind).advance(version));
  }

  /**
   * Our own write's answer. It is told like any change: a pass that has just written something has computed its status
   * from the world before, and what a person has changed meanwhile comes with the answer, and no more by the watch.
   */
  written(object: Manifest): void {
    if (!this.#stores.has(object.kind)) return;
    this.#tell(object.kind, this.#store(object.kind).written(object), true);
  }

  removed(ref: ObjectRef, uid: string): void {
    if (!this.#stores.has(ref.kind)) return;
    this.#tell(ref.kind, this.#store(ref.kind).removed(ref.namespace, ref.name, uid), true);
  }

  #tell(kind: string, changes: readonly Change[], own = false): void {
    for (const change of changes) {
      for (const listener of this.#listeners) listener({ ...change, kind, own });
    }
  }

  #tellOfKind(kind: string): void {
    for (const listener of this.#kindListeners) listener(kind);
  }

  #store(kind: string): Store {
    const store = this.#stores.get(kind);
    if (store === undefined) throw new Error(`no cache of kind ${kind}`);
    return store;
  }
}
