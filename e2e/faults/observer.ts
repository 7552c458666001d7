import { violations } from './invariants.ts';
import { feedKinds } from './world-feed.ts';
import type { Feed, FeedKind, Seen } from './world-feed.ts';

export interface ObserverOptions {
  readonly feed: Feed;
  readonly namespace: string;
  readonly operatorNamespace: string;
}

/** How often something of one name was made and deleted. */
export interface Lifecycle {
  readonly created: number;
  readonly deleted: number;
}

/** Sees all that happens in a run's namespaces, with other eyes than the operator's, and judges it. */
export class Observer {
  readonly #options: ObserverOptions;
  readonly #events: Seen[] = [];
  readonly #forget: (() => void)[];
  #lifecycle = new Map<string, Lifecycle>();
  #armed = false;

  private constructor(options: ObserverOptions) {
    const { feed, namespace, operatorNamespace } = options;
    this.#options = options;
    for (const place of [namespace, operatorNamespace]) {
      for (const kind of feedKinds)
        this.#events.push(...feed.list(kind, place).map((object) => first(kind, object)));
    }
    this.#forget = [namespace, operatorNamespace].map((place) =>
      feed.listen(place, (seen) => this.#take(seen)),
    );
  }

  static start(options: ObserverOptions): Observer {
    return new Observer(options);
  }

  /** From here on `lifecycle` counts. */
  arm(): void {
    this.#armed = true;
    this.#lifecycle = new Map();
  }

  /**
   * What was unsafe at any moment since the start, and whether the observer itself missed something; computed anew at each
   * look. Every event that has arrived counts, in the order in which things happened.
   */
  get violations(): string[] {
    const { failure } = this.#options.feed;
    return [...(failure === undefined ? [] : [failure.message]), ...violations(this.#events, this.#options)];
  }

  /** `Kind/name` → how often since `arm`; copies of credentials are `Copy/name`, claims of hosts `Claim/name`. Pods only where their name says which they are. */
  get lifecycle(): ReadonlyMap<string, Lifecycle> {
    return this.#lifecycle;
  }

  stop(): void {
    for (const forget of this.#forget) forget();
  }

  #take(seen: Seen): void {
    this.#events.push(seen);
    const name = this.#nameOf(seen);
    if (!this.#armed || seen.type === 'MODIFIED' || name === undefined) return;
    const { created, deleted } = this.#lifecycle.get(name) ?? { created: 0, deleted: 0 };
    const counts =
      seen.type === 'ADDED' ? { created: created + 1, deleted } : { created, deleted: deleted + 1 };
    this.#lifecycle.set(name, counts);
  }

  #nameOf({ kind, object: { metadata } }: Seen): string | undefined {
    if (metadata.namespace === this.#options.operatorNamespace) return nameOfOwn(kind, metadata);
    const isGenerated = kind === 'Pod' && (metadata as { generateName?: string }).generateName !== undefined;
    const isStable = !isGenerated || metadata.ownerReferences?.[0]?.kind === 'StatefulSet';
    return isStable ? `${kind}/${metadata.name}` : undefined;
  }
}

/** Of what is in the operator's namespace. */
function nameOfOwn(kind: FeedKind, { name, annotations = {} }: Seen['object']['metadata']): string {
  if (kind === 'ConfigMap') return `Claim/${name}`;
  return `Copy/${annotations['hostedsite.dev/copy-of']?.split('/')[1] ?? name}`;
}

function first(kind: FeedKind, object: Seen['object']): Seen {
  return {
    kind,
    type: 'ADDED',
    object,
    version: Number(object.metadata.resourceVersion),
    at: performance.now(),
  };
}
