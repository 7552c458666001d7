import { setTimeout as pause } from 'node:timers/promises';
import type { Manifest } from '../../operator/components/component.ts';
import type { AccessSource } from '../../operator/kube/client/access.ts';
import { AdminApi, codeOf } from './world-api.ts';

/** Kinds that a site is made of or that decide about it → where they are in the API. */
export const places = {
  HostedSite: { prefix: '/apis/hostedsite.dev/v1alpha1', plural: 'hostedsites' },
  SiteTask: { prefix: '/apis/hostedsite.dev/v1alpha1', plural: 'sitetasks' },
  PersistentVolumeClaim: { prefix: '/api/v1', plural: 'persistentvolumeclaims' },
  Secret: { prefix: '/api/v1', plural: 'secrets' },
  ConfigMap: { prefix: '/api/v1', plural: 'configmaps' },
  ServiceAccount: { prefix: '/api/v1', plural: 'serviceaccounts' },
  Service: { prefix: '/api/v1', plural: 'services' },
  ControllerRevision: { prefix: '/apis/apps/v1', plural: 'controllerrevisions' },
  StatefulSet: { prefix: '/apis/apps/v1', plural: 'statefulsets' },
  Deployment: { prefix: '/apis/apps/v1', plural: 'deployments' },
  CronJob: { prefix: '/apis/batch/v1', plural: 'cronjobs' },
  Job: { prefix: '/apis/batch/v1', plural: 'jobs' },
  HorizontalPodAutoscaler: { prefix: '/apis/autoscaling/v2', plural: 'horizontalpodautoscalers' },
  PodDisruptionBudget: { prefix: '/apis/policy/v1', plural: 'poddisruptionbudgets' },
  Ingress: { prefix: '/apis/networking.k8s.io/v1', plural: 'ingresses' },
  NetworkPolicy: { prefix: '/apis/networking.k8s.io/v1', plural: 'networkpolicies' },
  HTTPRoute: { prefix: '/apis/gateway.networking.k8s.io/v1', plural: 'httproutes' },
  Certificate: { prefix: '/apis/cert-manager.io/v1', plural: 'certificates' },
  Pod: { prefix: '/api/v1', plural: 'pods' },
} as const;

export type FeedKind = keyof typeof places;
export const feedKinds = Object.keys(places) as readonly FeedKind[];

/** URL path of a kind's collection in a namespace (of all namespaces without one), or of one object. */
export function pathOf(kind: FeedKind, namespace?: string, name?: string): string {
  const { prefix, plural } = places[kind];
  const space = namespace === undefined ? '' : `/namespaces/${namespace}`;
  return `${prefix}${space}/${plural}${name === undefined ? '' : `/${name}`}`;
}

/** Something that happened to an object. */
export interface Seen {
  readonly kind: FeedKind;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** As it is from now on; of a deletion as it was at its end. */
  readonly object: Manifest;
  /** resourceVersion as a number: of one etcd, so the order holds across kinds. */
  readonly version: number;
  /** When it arrived here: `performance.now()`, milliseconds. */
  readonly at: number;
}

type Listener = (seen: Seen) => void;

/** Everything that happens in a control plane, Secrets included, and what there is now. One for all runs. */
export class Feed {
  readonly api: AdminApi;
  readonly #stop = new AbortController();
  readonly #objects = new Map<FeedKind, Map<string, Manifest>>(feedKinds.map((kind) => [kind, new Map()]));
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #following: Promise<void>[] = [];
  /** Set when events were missed: what was judged by this feed is worth nothing from then on. */
  failure: Error | undefined;

  private constructor(api: AdminApi) {
    this.api = api;
  }

  static async start(plane: { readonly admin: AccessSource }): Promise<Feed> {
    const feed = new Feed(await AdminApi.of(plane));
    const versions = await Promise.all(feedKinds.map((kind) => feed.#list(kind)));
    feedKinds.forEach((kind, at) => feed.#following.push(feed.#follow(kind, versions[at] ?? '')));
    return feed;
  }

  get(kind: FeedKind, namespace: string, name: string): Manifest | undefined {
    return this.#of(kind).get(`${namespace}/${name}`);
  }

  list(kind: FeedKind, namespace: string): Manifest[] {
    return [...this.#of(kind).values()].filter(({ metadata }) => metadata.namespace === namespace);
  }

  all(kind: FeedKind): Manifest[] {
    return [...this.#of(kind).values()];
  }

  /** Called with each event of the namespace (`*`: of all) until the returned function is called. Must not throw. */
  listen(namespace: string, listener: Listener): () => void {
    const listeners = this.#listeners.get(namespace) ?? new Set();
    this.#listeners.set(namespace, listeners);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  /** What `look` finds, looked for now and after each event of the namespaces; throws when that takes too long or the signal aborts. */
  until<T>(
    namespaces: readonly string[],
    what: string,
    look: () => T | undefined,
    { milliseconds, signal }: { milliseconds: number; signal?: AbortSignal | undefined },
  ): Promise<T> {
    const found = look();
    if (found !== undefined) return Promise.resolve(found);
    return new Promise((resolve, reject) => {
      const finish = (end: () => void): void => {
        forget();
        clearTimeout(timer);
        signal?.removeEventListener('abort', aborted);
        end();
      };
      const fail = (why: string): void =>
        finish(() => reject(new Error(`${what} in ${namespaces[0] ?? ''}: ${why}`, { cause: this.failure })));
      const aborted = (): void => fail('given up');
      const timer = setTimeout(() => fail(`not within ${milliseconds} ms`), milliseconds);
      const heard = (): void => {
        const now = look();
        if (now !== undefined) finish(() => resolve(now));
      };
      const listening = namespaces.map((namespace) => this.listen(namespace, heard));
      const forget = (): void => {
        for (const end of listening) end();
      };
      signal?.addEventListener('abort', aborted);
      if (signal?.aborted === true) aborted();
    });
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#following);
    await this.api.close();
  }

  async #list(kind: FeedKind): Promise<string> {
    const answer = (await this.api.request({ method: 'GET', path: pathOf(kind), idempotent: true })) as {
      metadata: { resourceVersion: string };
      items: Manifest[];
    };
    for (const item of answer.items) this.#of(kind).set(idOf(item), { ...item, kind });
    return answer.metadata.resourceVersion;
  }

  async #follow(kind: FeedKind, from: string): Promise<void> {
    const place = { version: from };
    const { signal } = this.#stop;
    while (!signal.aborted && this.failure === undefined) {
      try {
        await this.#session(kind, place);
      } catch (error) {
        if (codeOf(error) === 410)
          this.failure = new Error(`events of ${kind} were missed`, { cause: error });
        // The API server may be starting again.
        else await pause(50, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  async #session(kind: FeedKind, place: { version: string }): Promise<void> {
    const query = { resourceVersion: place.version };
    for await (const { type, object } of this.api.watch(pathOf(kind), query, this.#stop.signal)) {
      if (type === 'ERROR') throw Object.assign(new Error(JSON.stringify(object)), { code: object['code'] });
      place.version = object.metadata.resourceVersion ?? place.version;
      const version = Number(place.version);
      if (type !== 'BOOKMARK') this.#take({ kind, type, object, version, at: performance.now() });
    }
  }

  #take(seen: Seen): void {
    const { kind, type, object } = seen;
    if (type === 'DELETED') this.#of(kind).delete(idOf(object));
    else this.#of(kind).set(idOf(object), object);
    for (const place of [object.metadata.namespace ?? '', '*']) {
      for (const listener of [...(this.#listeners.get(place) ?? [])]) listener(seen);
    }
  }

  #of(kind: FeedKind): Map<string, Manifest> {
    const objects = this.#objects.get(kind);
    if (objects === undefined) throw new Error(`no ${kind} is watched`);
    return objects;
  }
}

function idOf({ metadata }: Manifest): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}
