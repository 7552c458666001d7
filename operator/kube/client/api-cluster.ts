import type { ApiClient, ApiRequest } from './api-client.ts';
import type { Cache } from '../watch/cache.ts';
import type {
  ApplyOptions,
  Cluster,
  ClusterEvent,
  CreateOptions,
  DeleteOptions,
  Labelled,
  ObjectRef,
  Selection,
} from '../cluster.ts';
import { NotFound, NotLeader } from '../errors.ts';
import type { Key } from '../key.ts';
import type { Manifest, ObjectMeta } from '../manifest.ts';
import { listedMetadata, metadataOnly } from './pages.ts';
import { isAutoscalerOf, ownResources, resourcePath } from '../resources.ts';
import type { Resources } from '../resources.ts';
import { identified, ingested } from '../watch/store.ts';
import type { Index, RawObject } from '../watch/store.ts';

/** Those about one object: repetitions are counted in one Event, so there are a handful. */
const mostEvents = 50;
/** Of objects that tenants write whole ones are read a few at a time: each may be 1 MiB. */
const [strangersAtOnce, mostPages] = [5, 10];

export interface ApiClusterOptions {
  resources: Resources;
  client: Pick<ApiClient, 'request'>;
  cache: Cache;
  emit: (event: ClusterEvent) => void;
  /** Asked when each try of a write goes out: false once this process may not be the leader any more. */
  mayWrite: () => boolean;
}

/** The real cluster: caches for reading, single requests for the rest; what was written is in the caches at once. */
export class ApiCluster implements Cluster {
  readonly #options: ApiClusterOptions;

  constructor(options: ApiClusterOptions) {
    this.#options = options;
  }

  list(kind: string, namespace?: string): readonly Manifest[] {
    return this.#options.cache.list(kind, namespace);
  }

  get(kind: string, namespace: string | undefined, name: string): Manifest | undefined {
    return this.#options.cache.get(kind, namespace, name);
  }

  find(index: Index, key: Key): readonly Manifest[] {
    return this.#options.cache.find(index, key);
  }

  covers(kind: string, namespace?: string): boolean {
    return this.#options.cache.covers(kind, namespace);
  }

  knows(kind: string): boolean {
    return this.#options.cache.knows(kind);
  }

  async metadata(kind: string, namespace: string | undefined, name: string): Promise<ObjectMeta | undefined> {
    const found = await this.#found(kind, namespace, name, metadataOnly(''));
    return found && ingested(this.#options.resources(kind), found).metadata;
  }

  /** Its long texts too, of which the caches have no more than hashes. */
  async read(kind: string, namespace: string | undefined, name: string): Promise<Manifest | undefined> {
    const found = await this.#found(kind, namespace, name, undefined);
    return found && identified(this.#options.resources(kind), found);
  }

  labelled(kind: string, namespace: string, labels: Selection): Promise<readonly Labelled[]> {
    return listedMetadata(this.#options.resources(kind), { namespace, labels }, this.#options.client);
  }

  async eventsOn({ metadata: { namespace, uid } }: Manifest): Promise<readonly Manifest[]> {
    const answer = await this.#options.client.request({
      method: 'GET',
      path: resourcePath(ownResources.Event, { namespace }),
      query: { fieldSelector: `regarding.uid=${uid}`, limit: String(mostEvents) },
      idempotent: true,
    });
    return (answer as { items?: readonly Manifest[] }).items ?? [];
  }

  async autoscalersOf(object: Manifest): Promise<readonly Manifest[]> {
    const resource = this.#options.resources('HorizontalPodAutoscaler');
    const found: Manifest[] = [];
    let next: string | undefined;
    for (let pages = 0; pages < mostPages && (pages === 0 || next !== undefined); pages += 1) {
      const answer = (await this.#options.client.request({
        method: 'GET',
        path: resourcePath(resource, { namespace: object.metadata.namespace }),
        query: { limit: String(strangersAtOnce), continue: next },
        idempotent: true,
      })) as { items?: readonly RawObject[]; metadata?: { continue?: string } };
      const items = (answer.items ?? []).map((one) => ingested(resource, one));
      found.push(...items.filter((one) => isAutoscalerOf(one, object)));
      next = answer.metadata?.continue === '' ? undefined : answer.metadata?.continue;
    }
    return found;
  }

  apply(object: Manifest, options: ApplyOptions): Promise<Manifest> {
    return this.#patch(object, options, undefined);
  }

  applyStatus(object: Manifest, options: ApplyOptions): Promise<Manifest> {
    return this.#patch(object, options, 'status');
  }

  async create(object: Manifest, options: CreateOptions = {}): Promise<Manifest> {
    const { namespace } = object.metadata;
    const live = await this.#write(object.kind, {
      method: 'POST',
      path: resourcePath(this.#options.resources(object.kind), { namespace }),
      query: { fieldValidation: 'Strict', dryRun: options.dryRun === true ? 'All' : undefined },
      body: object,
      // The answer to a Secret need not carry its values back.
      ...(object.kind === 'Secret' ? { accept: metadataOnly('') } : {}),
      idempotent: false,
    });
    const kept = ingested(this.#options.resources(object.kind), live);
    if (options.dryRun !== true) this.#options.cache.written(kept);
    return kept;
  }

  async merge(object: Manifest, { fieldManager }: { fieldManager: string }): Promise<Manifest> {
    const { namespace, name } = object.metadata;
    const answer = await this.#write(object.kind, {
      method: 'PATCH',
      path: resourcePath(this.#options.resources(object.kind), { namespace, name }),
      query: { fieldManager, fieldValidation: 'Strict' },
      body: object,
      contentType: 'application/merge-patch+json',
      idempotent: false,
    });
    return this.#remembered(object.kind, answer);
  }

  async delete(ref: ObjectRef, options: DeleteOptions): Promise<void> {
    const { uid, resourceVersion, propagationPolicy } = options;
    const preconditions = { uid, resourceVersion };
    try {
      const answer = await this.#write(ref.kind, {
        method: 'DELETE',
        path: resourcePath(this.#options.resources(ref.kind), ref),
        body: { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy, preconditions },
        // Neither a Secret's values nor a large object are of use here.
        accept: metadataOnly(''),
        idempotent: false,
      });
      const gone = answer as { kind?: string; details?: { uid?: string } };
      if (gone.kind === 'Status') this.#options.cache.removed(ref, gone.details?.uid ?? uid ?? '');
    } catch (error) {
      if (!(error instanceof NotFound)) throw error;
    }
  }

  emit(event: ClusterEvent): void {
    this.#options.emit(event);
  }

  async #found(
    kind: string,
    namespace: string | undefined,
    name: string,
    accept: string | undefined,
  ): Promise<RawObject | undefined> {
    try {
      const path = resourcePath(this.#options.resources(kind), { namespace, name });
      const request: ApiRequest = { method: 'GET', path, idempotent: true };
      const answer = await this.#options.client.request(
        accept === undefined ? request : { ...request, accept },
      );
      return answer as RawObject;
    } catch (error) {
      if (error instanceof NotFound) return undefined;
      throw error;
    }
  }

  async #patch(
    object: Manifest,
    options: ApplyOptions,
    subresource: 'status' | undefined,
  ): Promise<Manifest> {
    const { namespace, name } = object.metadata;
    const place = { namespace, name, ...(subresource === undefined ? {} : { subresource }) };
    const answer = await this.#write(object.kind, {
      method: 'PATCH',
      path: resourcePath(this.#options.resources(object.kind), place),
      // Strict: a field that the server does not know would be left out silently, a rule of a policy for instance.
      query: { fieldManager: options.fieldManager, force: String(options.force), fieldValidation: 'Strict' },
      body: options.isNew === true ? ofNoVersion(object) : object,
      contentType: 'application/apply-patch+yaml',
      idempotent: true,
    });
    return this.#remembered(object.kind, answer);
  }

  /** Asks at once, so that nothing waits in vain, and again whenever a try goes out: a pause may be long. */
  #remembered(kind: string, answer: Parameters<typeof ingested>[1]): Manifest {
    const live = ingested(this.#options.resources(kind), answer);
    this.#options.cache.written(live);
    return live;
  }

  async #write(kind: string, request: ApiRequest): Promise<RawObject> {
    const permitted = (): void => this.#permitted(kind, request);
    permitted();
    return (await this.#options.client.request({ ...request, permitted })) as RawObject;
  }

  #permitted(kind: string, { method, path }: ApiRequest): void {
    if (this.#options.mayWrite()) return;
    const reason = `no leader, so no writing of ${kind}`;
    throw new NotLeader({ request: { method, path }, code: 0, reason });
  }
}

/**
 * etcd counts from 1 and gives the first object a 2: an apply with version 1 creates what is absent, and is a Conflict
 * with whatever is there (k8s.io/apiserver, `registry/generic/registry/store.go`, Update).
 */
function ofNoVersion(object: Manifest): Manifest {
  return { ...object, metadata: { ...object.metadata, resourceVersion: '1' } };
}
