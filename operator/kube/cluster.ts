import type { Key } from './key.ts';
import type { Manifest, ObjectMeta } from './manifest.ts';
import type { Index } from './watch/store.ts';

/**
 * The cluster as the rest of the operator knows it. Reads without a promise come from caches and cost nothing;
 * everything else is one request. What the caches return is shared: never change it.
 *
 * Failures are the classes of `errors.ts`.
 */
export interface Cluster {
  /** Objects of a kind that the cache holds, of one namespace or of all. */
  list(kind: string, namespace?: string): readonly Manifest[];
  /** `namespace` is undefined for kinds of the whole cluster. */
  get(kind: string, namespace: string | undefined, name: string): Manifest | undefined;
  /** Every cached object that an index has under the key, in the order of kinds of `resources.ts`, then by name. */
  find(index: Index, key: Key): readonly Manifest[];

  /** Whether objects of a kind are looked at, in a namespace or at all: an operator may be limited to namespaces. */
  covers(kind: string, namespace?: string): boolean;
  /** False when the cluster does not have an optional kind: nothing of it can be read or written now. */
  knows(kind: string): boolean;

  /** Live, metadata only (works for kinds that are not cached); undefined when there is no such object. */
  metadata(kind: string, namespace: string | undefined, name: string): Promise<ObjectMeta | undefined>;
  /** Live and whole; undefined when there is no such object. */
  read(kind: string, namespace: string | undefined, name: string): Promise<Manifest | undefined>;

  /** Live, metadata only: every object of a namespace that carries these labels. */
  labelled(kind: string, namespace: string, labels: Selection): Promise<readonly Labelled[]>;

  /** Live: the Events on one object, in no order. */
  eventsOn(object: Manifest): Promise<readonly Manifest[]>;

  /** Live: the HorizontalPodAutoscalers of the namespace that scale the object, whoever made them. */
  autoscalersOf(object: Manifest): Promise<readonly Manifest[]>;

  /**
   * Server-side apply; returns the live object, which the cache also has from now on.
   * With `metadata.uid` in the object it is refused (Conflict) unless that very object exists.
   */
  apply(object: Manifest, options: ApplyOptions): Promise<Manifest>;
  /** The same on the status subresource; NotFound when the object is gone. */
  applyStatus(object: Manifest, options: ApplyOptions): Promise<Manifest>;
  /** POST. AlreadyExists when the name is taken, with `dryRun` too. Of a Secret only the metadata comes back. */
  create(object: Manifest, options?: CreateOptions): Promise<Manifest>;
  /**
   * JSON merge patch: what is sent counts, whoever owns the field; lists are written whole. Sent once, because what was looked at
   * before it gets old. With `metadata.resourceVersion` it is a Conflict unless that version is there; NotFound when there is none.
   */
  merge(object: Manifest, options: { fieldManager: string }): Promise<Manifest>;
  /** Resolves when the object is deleted, is being deleted or was gone before; Conflict when a precondition does not hold. */
  delete(ref: ObjectRef, options: DeleteOptions): Promise<void>;

  /** Best effort: returns at once and never throws. */
  emit(event: ClusterEvent): void;
}

/** Labels and their values; with undefined, what does not have the label. */
export type Selection = Readonly<Record<string, string | undefined>>;

/** An object that was listed for its metadata. */
export interface Labelled {
  metadata: ObjectMeta;
  /** Who has written fields of it, by the names that they gave themselves. */
  managers: readonly string[];
}

export interface ApplyOptions {
  fieldManager: string;
  /** Take over fields that other managers own; without it they are a Conflict. */
  force: boolean;
  /** Conflict when there is an object of this name. */
  isNew?: boolean;
}

export interface CreateOptions {
  /** Ask only whether it would be accepted. */
  dryRun?: boolean;
}

export interface ObjectRef {
  kind: string;
  namespace?: string | undefined;
  name: string;
}

export interface DeleteOptions {
  uid?: string;
  resourceVersion?: string;
  propagationPolicy: 'Background' | 'Foreground' | 'Orphan';
}

export interface ClusterEvent {
  /** The object that people look at. */
  regarding: Manifest;
  type: 'Normal' | 'Warning';
  /** Why, one CamelCase word. */
  reason: string;
  /** What was done, one CamelCase word (events.k8s.io/v1 requires it). */
  action: string;
  /** One sentence; at most 1 kB is kept. */
  note: string;
}
