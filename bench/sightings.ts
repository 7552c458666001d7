import type { Api } from './api.ts';
import type { KubernetesObject } from './children.ts';
import type { Watch } from './watch.ts';

type Fits = (object: KubernetesObject) => boolean;

interface Wait {
  id: string;
  fits: Fits;
  /** With the moment of the sighting, in milliseconds of `performance.now()`. */
  seen: (at: number) => void;
}

/** What is watched: little, because the bench's own work loads the machine that is measured. */
const kinds = ['HostedSite', 'Deployment', 'Service', 'Ingress'] as const;
type WatchedKind = (typeof kinds)[number];

/** Milliseconds per site until a sighting that has not come counts as one that never will; in all, as many at least. */
const patience = { each: 200, least: 300_000 };

/** Watches the few kinds by which measurements tell that something has happened. */
export class Sightings {
  readonly ready: Promise<unknown>;
  readonly #watches: readonly Watch[];
  readonly #objects = new Map<string, KubernetesObject>();
  readonly #waits = new Map<string, Wait[]>();
  readonly #patience: number;

  constructor(api: Api, sites: number) {
    this.#patience = Math.max(patience.each * sites, patience.least);
    this.#watches = kinds.map((kind) =>
      api.watch(
        kind,
        (type, object) => {
          this.#take(kind, type, object);
        },
        kind === 'Ingress' || kind === 'Service',
      ),
    );
    this.ready = Promise.all(this.#watches.map((one) => one.ready));
  }

  /** The object as it was seen last. */
  get(kind: WatchedKind, namespace: string, name: string): KubernetesObject | undefined {
    return this.#objects.get(`${kind}/${namespace}/${name}`);
  }

  /** Resolves with the moment at which such an object was seen; at once when it is there. Fails when it does not come. */
  until(kind: WatchedKind, { namespace, name }: Place, fits: Fits = () => true): Promise<number> {
    const id = `${kind}/${namespace}/${name}`;
    const known = this.#objects.get(id);
    if (known !== undefined && fits(known)) return Promise.resolve(performance.now());
    return new Promise((resolve, reject) => {
      const limit = setTimeout(
        () => reject(new Error(`${id} has not come to what was waited for`)),
        this.#patience,
      );
      const seen = (at: number): void => {
        clearTimeout(limit);
        resolve(at);
      };
      this.#waits.set(id, [...(this.#waits.get(id) ?? []), { id, fits, seen }]);
    });
  }

  stop(): void {
    for (const one of this.#watches) one.stop();
  }

  #take(kind: WatchedKind, type: string, object: KubernetesObject): void {
    const id = `${kind}/${object.metadata.namespace}/${object.metadata.name}`;
    if (type === 'DELETED') {
      this.#objects.delete(id);
      return;
    }
    this.#objects.set(id, object);
    const waits = this.#waits.get(id);
    if (waits === undefined) return;
    const now = performance.now();
    const left = waits.filter((wait) => {
      const fits = wait.fits(object);
      if (fits) wait.seen(now);
      return !fits;
    });
    if (left.length === 0) this.#waits.delete(id);
    else this.#waits.set(id, left);
  }
}

export interface Place {
  namespace: string;
  name: string;
}

/** Whether a site's Ready is True for the generation that it has. */
export function isReady({ metadata, status }: KubernetesObject): boolean {
  const { conditions = [] } = (status ?? {}) as {
    conditions?: { type: string; status: string; observedGeneration?: number }[];
  };
  return conditions.some(
    ({ type, status: value, observedGeneration }) =>
      type === 'Ready' && value === 'True' && observedGeneration === metadata['generation'],
  );
}

/** Image of a Deployment's application. */
export function imageOf(deployment: KubernetesObject): string {
  const { template } = deployment['spec'] as { template: { spec: { containers: { image: string }[] } } };
  return template.spec.containers[0]?.image ?? '';
}
