import type { ObjectRef } from '../cluster.ts';
import type { Key } from '../key.ts';
import type { Manifest } from '../manifest.ts';
import type { Resource } from '../resources.ts';
import { scopesOf } from './scopes.ts';
import type { Scope, View } from './scopes.ts';
import { Store } from './store.ts';
import type { Change, Index, RawObject } from './store.ts';

export interface KindChange extends Change {
  kind: string;
  /** Our own write, told before any watch has. */
  own?: boolean;
}

/** The stores of all kinds as one, and the place where changes are told. Listeners only note keys: they must not throw. */
export class Cache {
  readonly #stores: ReadonlyMap<string, KindStores>;
  readonly #listeners: ((change: KindChange) => void)[] = [];
  readonly #absent = new Set<string>();
  readonly #kindListeners: ((kind: string) => void)[] = [];

  readonly view: View;

  constructor(resources: readonly Resource[], view: View = {}, indexes: readonly Index[] = []) {
    this.view = view;
    this.#stores = new Map(resources.map((one) => [one.kind, storesOf(one, view, indexes)]));
  }

  get resources(): readonly Resource[] {
    return [...this.#stores.values()].map(({ resource }) => resource);
  }

  get kinds(): readonly string[] {
    return [...this.#stores.keys()];
  }

  resource(kind: string): Resource {
    return this.#of(kind).resource;
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

  /** What is watched of a kind. */
  scopes(kind: string): Scope[] {
    return scopesOf(this.resource(kind), this.view);
  }

  /** Whether objects of a kind are looked at: in a namespace, or at all. */
  covers(kind: string, namespace?: string): boolean {
    const { byScope } = this.#of(kind);
    return namespace === undefined ? byScope.size > 0 : byScope.has('') || byScope.has(namespace);
  }

  size(kind: string): number {
    return this.#all(kind).reduce((sum, { size }) => sum + size, 0);
  }

  /** The version up to which everything in a scope is known. */
  seen(kind: string, namespace?: string): string {
    return this.#store(kind, namespace).seen;
  }

  list(kind: string, namespace?: string): readonly Manifest[] {
    if (namespace !== undefined) return this.#maybe(kind, namespace)?.list(namespace) ?? [];
    return this.#all(kind).flatMap((store) => store.list());
  }

  get(kind: string, namespace: string | undefined, name: string): Manifest | undefined {
    return this.#maybe(kind, namespace)?.get(namespace, name);
  }

  find(index: Index, key: Key): readonly Manifest[] {
    return this.kinds.flatMap((kind) => this.#all(kind).flatMap((store) => store.find(index, key)));
  }

  replace(kind: string, objects: Iterable<RawObject>, version: string, namespace?: string): void {
    const isNews = this.#absent.delete(kind);
    this.#tell(kind, this.#store(kind, namespace).replace(objects, version));
    if (isNews) this.#tellOfKind(kind);
  }

  /** The cluster does not know the kind (any more): there is nothing of it. */
  absent(kind: string): void {
    if (this.#absent.has(kind)) return;
    this.#absent.add(kind);
    for (const store of this.#all(kind)) this.#tell(kind, store.replace([], store.seen));
    this.#tellOfKind(kind);
  }

  take(kind: string, type: 'ADDED' | 'MODIFIED' | 'DELETED', object: RawObject): void {
    this.#tell(kind, this.#store(kind, object.metadata.namespace).take(type, object));
  }

  advance(kind: string, version: string, namespace?: string): void {
    this.#tell(kind, this.#store(kind, namespace).advance(version));
  }

  /**
   * Our own write's answer. It is told like any change: a pass that has just written something has computed its status
   * from the world before, and what a person has changed meanwhile comes with the answer, and no more by the watch.
   */
  written(object: Manifest): void {
    const store = this.#stores.has(object.kind) && this.#maybe(object.kind, object.metadata.namespace);
    if (store) this.#tell(object.kind, store.written(object), true);
  }

  removed(ref: ObjectRef, uid: string): void {
    const store = this.#stores.has(ref.kind) && this.#maybe(ref.kind, ref.namespace);
    if (store) this.#tell(ref.kind, store.removed(ref.namespace, ref.name, uid), true);
  }

  #tell(kind: string, changes: readonly Change[], own = false): void {
    for (const change of changes) {
      for (const listener of this.#listeners) listener({ ...change, kind, own });
    }
  }

  #tellOfKind(kind: string): void {
    for (const listener of this.#kindListeners) listener(kind);
  }

  #of(kind: string): KindStores {
    const stores = this.#stores.get(kind);
    if (stores === undefined) throw new Error(`no cache of kind ${kind}`);
    return stores;
  }

  #all(kind: string): Store[] {
    return [...this.#of(kind).byScope.values()];
  }

  /** Of nothing where the namespace is not looked at. */
  #maybe(kind: string, namespace: string | undefined): Store | undefined {
    const { byScope } = this.#of(kind);
    return byScope.get('') ?? byScope.get(namespace ?? '');
  }

  #store(kind: string, namespace: string | undefined): Store {
    const store = this.#maybe(kind, namespace);
    if (store === undefined) throw new Error(`no cache of kind ${kind} in ${namespace ?? 'the cluster'}`);
    return store;
  }
}

/** Of one kind, by namespace; that of the whole cluster has none. */
interface KindStores {
  readonly resource: Resource;
  readonly byScope: ReadonlyMap<string, Store>;
}

function storesOf(resource: Resource, view: View, indexes: readonly Index[]): KindStores {
  const scopes = scopesOf(resource, view);
  const store = (): Store => new Store(resource, view.home, indexes);
  return { resource, byScope: new Map(scopes.map(({ namespace = '' }) => [namespace, store()])) };
}
