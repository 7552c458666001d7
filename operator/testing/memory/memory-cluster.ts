import type {
  ApplyOptions,
  Cluster,
  ClusterEvent,
  CreateOptions,
  DeleteOptions,
  Labelled,
  ObjectRef,
  Selection,
} from '../../kube/cluster.ts';
import { labelled } from '../../kube/client/pages.ts';
import type { Key } from '../../kube/key.ts';
import type { Manifest, ObjectMeta } from '../../kube/manifest.ts';
import { eventsOf, methods, refused, taken } from './memory-answers.ts';
import type { Answer } from './memory-answers.ts';
import { serverSideApply } from './memory-apply.ts';
import type { FieldSet, Fields } from './memory-apply.ts';
import { merged } from './memory-merge.ts';
import { MemoryWorld, byName, metadataOf, preconditionsHold, refOf } from './memory-world.ts';
import type { Entry } from './memory-world.ts';
import { cachedResources, resourceOf } from '../../kinds/resources.ts';
import { isAutoscalerOf } from '../../kube/resources.ts';
import type { Index } from '../../kube/watch/store.ts';
import { without } from '../../kube/without.ts';

/** A write as it was asked for, in order, failed ones included. */
export interface Write {
  verb: 'apply' | 'status' | 'create' | 'merge' | 'delete';
  kind: string;
  namespace: string | undefined;
  name: string;
  /** What was sent; absent for deletions. */
  object?: Manifest;
  options: Partial<ApplyOptions> | CreateOptions | DeleteOptions;
}

export interface ScriptedFailure {
  verb?: Write['verb'] | 'metadata' | 'read' | 'list' | 'events' | 'autoscalers';
  kind?: string;
  name?: string;
  /** How many requests fail; 1 by default. */
  times?: number;
  /** HTTP status and reason of the answer, or an error to throw as it is. */
  answer: Answer | Error;
  /** The write happens all the same, and only its answer is lost. */
  afterCommit?: boolean;
}

/**
 * A cluster in memory for specs. Caches never lag: an object is in them as soon as it is written, if the label
 * selector of its kind selects it. For merging see the limits in `memory-apply.ts`; beyond those: no garbage
 * collection by owner references (only `delete` and `remove` remove), no controllers, no admission.
 */
export class MemoryCluster implements Cluster {
  /** Every write in order; failed ones too. */
  readonly writes: Write[] = [];
  readonly events: ClusterEvent[] = [];
  /** Optional kinds that the cluster does not have. */
  readonly missing = new Set<string>();
  /** Of an operator that is limited to these. */
  namespaces: readonly string[] | undefined;
  readonly #world: MemoryWorld;
  #failures: (ScriptedFailure & { left: number })[] = [];

  /** `home` is the operator's own namespace. */
  constructor(now: () => Date = () => new Date(0), home?: string) {
    this.#world = new MemoryWorld(now, home);
  }

  get applied(): Manifest[] {
    return this.#sent('apply');
  }

  get created(): Manifest[] {
    return this.#sent('create');
  }

  get statuses(): Manifest[] {
    return this.#sent('status');
  }

  get deleted(): Write[] {
    return this.writes.filter((write) => write.verb === 'delete');
  }

  /** Puts objects into the world as somebody else's work: nothing is recorded. Missing UIDs and versions are filled in. */
  seed(...objects: Manifest[]): void {
    for (const object of objects) this.#world.store(structuredClone(object), new Map());
  }

  /** Somebody else (kubelet, a controller, a person) changes an object. */
  edit(kind: string, namespace: string | undefined, name: string, change: (object: Manifest) => void): void {
    const entry = this.#existing({ kind, namespace, name }, 'PUT');
    const next = structuredClone(entry.object);
    change(next);
    this.#world.store(next, entry.owners);
  }

  /** Somebody else removes an object, finalizers or not. */
  remove(kind: string, namespace: string | undefined, name: string): void {
    this.#world.remove({ kind, namespace, name });
  }

  /** Makes the next fitting requests fail. */
  fail(failure: ScriptedFailure): void {
    this.#failures.push({ ...failure, left: failure.times ?? 1 });
  }

  /** Forgets what was recorded, for the second half of a spec. */
  forgetRecords(): void {
    this.writes.length = 0;
    this.events.length = 0;
  }

  list(kind: string, namespace?: string): readonly Manifest[] {
    return this.#world
      .objects()
      .flatMap((object) => (object.kind === kind ? (this.#world.cached(object) ?? []) : []))
      .filter((object) => namespace === undefined || object.metadata.namespace === namespace)
      .sort(byName);
  }

  get(kind: string, namespace: string | undefined, name: string): Manifest | undefined {
    const object = this.#world.find({ kind, namespace, name })?.object;
    return object && this.#world.cached(object);
  }

  find(index: Index, key: Key): readonly Manifest[] {
    return this.#cached().filter((object) => index.of(object) === key);
  }

  covers(kind: string, namespace?: string): boolean {
    if (this.namespaces === undefined) return true;
    return resourceOf(kind).namespaced && (namespace === undefined || this.namespaces.includes(namespace));
  }

  knows(kind: string): boolean {
    return !this.missing.has(kind);
  }

  metadata(kind: string, namespace: string | undefined, name: string): Promise<ObjectMeta | undefined> {
    const ref = { kind, namespace, name };
    return this.#answered('metadata', ref, () => this.#world.find(ref)?.object.metadata);
  }

  read(kind: string, namespace: string | undefined, name: string): Promise<Manifest | undefined> {
    const ref = { kind, namespace, name };
    return this.#answered('read', ref, () => structuredClone(this.#world.find(ref)?.object));
  }

  labelled(kind: string, namespace: string, labels: Selection): Promise<readonly Labelled[]> {
    const expected = Object.entries(labels);
    return this.#answered('list', { kind, namespace, name: '' }, () =>
      this.#world
        .entries()
        .filter(({ object }) => object.kind === kind && object.metadata.namespace === namespace)
        .filter(({ object }) => expected.every(([name, value]) => object.metadata.labels?.[name] === value))
        .map(({ object, owners }) => labelled(resourceOf(kind), object.metadata, owners.keys())),
    );
  }

  eventsOn({ metadata: { uid } }: Manifest): Promise<readonly Manifest[]> {
    const about = (one: Manifest) => (one['regarding'] as Partial<ObjectMeta> | undefined)?.uid === uid;
    return this.#answered('events', refOf(eventsOf), () => this.#world.objects().filter(about));
  }

  autoscalersOf(object: Manifest): Promise<readonly Manifest[]> {
    const found = () => this.#world.objects().filter((one) => isAutoscalerOf(one, object));
    return this.#answered('autoscalers', refOf(object), found);
  }

  apply(object: Manifest, options: ApplyOptions): Promise<Manifest> {
    const isTaken = options.isNew === true && this.#world.find(refOf(object)) !== undefined;
    // What is refused because it is there writes nothing.
    if (!isTaken) this.#record('apply', object, options);
    const sent = {
      ...without(object, 'status'),
      metadata: without(object.metadata, 'uid', 'resourceVersion'),
    };
    return this.#answered('apply', refOf(object), () => {
      if (isTaken) throw refused(methods.apply, refOf(object), taken);
      const entry = this.#world.find(refOf(object));
      const base = entry?.object ?? { ...sent, metadata: { name: object.metadata.name } };
      return this.#merge(object, options, {
        base,
        sent,
        owners: entry?.owners ?? new Map<string, FieldSet>(),
      });
    });
  }

  applyStatus(object: Manifest, options: ApplyOptions): Promise<Manifest> {
    this.#record('status', object, options);
    // A manager's fields of the status subresource are a set of their own, as in the API server.
    const manager = { ...options, fieldManager: `${options.fieldManager}/status` };
    return this.#answered('status', refOf(object), () => {
      const { object: base, owners } = this.#existing(refOf(object), 'PATCH');
      return this.#merge(object, manager, { base, sent: { status: object['status'] }, owners });
    });
  }

  create(object: Manifest, options: CreateOptions = {}): Promise<Manifest> {
    this.#record('create', object, options);
    return this.#answered('create', refOf(object), () => {
      if (this.#world.find(refOf(object)) !== undefined)
        throw refused('POST', refOf(object), { code: 409, reason: 'AlreadyExists' });
      if (options.dryRun === true) return this.#world.asked(structuredClone(object));
      const stored = this.#world.store(structuredClone(object), new Map([[userAgent, new Set<string>()]]));
      return object.kind === 'Secret' ? metadataOf(stored) : stored;
    });
  }

  merge(object: Manifest, options: { fieldManager: string }): Promise<Manifest> {
    this.#record('merge', object, options);
    return this.#answered('merge', refOf(object), () => {
      const { object: before, owners } = this.#existing(refOf(object), 'PATCH');
      if (!preconditionsHold(object.metadata, before.metadata)) throw refused('PATCH', refOf(object), taken);
      const { resourceVersion: _, ...metadata } = object.metadata;
      return this.#world.store(merged(before, { ...object, metadata }) as Manifest, owners);
    });
  }

  delete(ref: ObjectRef, options: DeleteOptions): Promise<void> {
    this.writes.push({ verb: 'delete', kind: ref.kind, namespace: ref.namespace, name: ref.name, options });
    return this.#answered('delete', ref, () => {
      const entry = this.#world.find(ref);
      if (entry === undefined) return;
      const { uid, resourceVersion } = entry.object.metadata;
      const holds =
        (options.uid ?? uid) === uid && (options.resourceVersion ?? resourceVersion) === resourceVersion;
      if (!holds) throw refused('DELETE', ref, taken);
      this.#world.delete(ref);
    });
  }

  emit(event: ClusterEvent): void {
    this.events.push(event);
  }

  #sent(verb: Write['verb']): Manifest[] {
    return this.writes.flatMap((write) => (write.verb === verb && write.object ? [write.object] : []));
  }

  #cached(): Manifest[] {
    return cachedResources.flatMap(({ kind }) => this.list(kind));
  }

  #record(verb: Write['verb'], object: Manifest, options: Write['options']): void {
    const { namespace, name } = object.metadata;
    this.writes.push({ verb, kind: object.kind, namespace, name, object: structuredClone(object), options });
  }

  async #answered<T>(verb: NonNullable<ScriptedFailure['verb']>, ref: ObjectRef, act: () => T): Promise<T> {
    await Promise.resolve();
    const failure = this.#failures.find(
      (one) =>
        (one.verb ?? verb) === verb &&
        (one.kind ?? ref.kind) === ref.kind &&
        (one.name ?? ref.name) === ref.name,
    );
    if (failure === undefined) return act();
    failure.left -= 1;
    this.#failures = this.#failures.filter((one) => one.left > 0);
    if (failure.afterCommit === true) act();
    const { answer } = failure;
    if (answer instanceof Error) throw answer;
    throw refused(methods[verb], ref, answer);
  }

  #existing(ref: ObjectRef, method: string): Entry {
    const entry = this.#world.find(ref);
    if (entry === undefined) throw refused(method, ref, { code: 404, reason: 'NotFound' });
    return entry;
  }

  #merge(object: Manifest, { fieldManager, force }: ApplyOptions, { base, sent, owners }: Merge): Manifest {
    const live = this.#world.find(refOf(object))?.object.metadata;
    if (!preconditionsHold(object.metadata, live)) throw refused('PATCH', refOf(object), taken);
    const result = serverSideApply(base, sent, fieldManager, owners);
    if (result.conflicts.length > 0 && !force) {
      const message = `fields of other managers: ${result.conflicts.join(' ')}`;
      throw refused('PATCH', refOf(object), { ...taken, message });
    }
    for (const [name, paths] of owners) {
      owners.set(name, new Set([...paths].filter((path) => !result.conflicts.includes(path))));
    }
    owners.set(fieldManager, result.owned);
    return this.#world.store(result.object as Manifest, owners);
  }
}

interface Merge {
  base: Manifest | Fields;
  sent: Fields;
  owners: Map<string, FieldSet>;
}

/** Who creates without saying who: an API server takes it from the user agent. */
const userAgent = 'hostedsite-operator';
