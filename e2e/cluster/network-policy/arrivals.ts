import type { WatchedList } from './watched-list.ts';
import type { GivenAddresses, PodObject } from './world.ts';

/** A pod to which a node's network plugin has given an address; none of its processes has started. */
export interface Arrival {
  readonly node: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly address: string;
}

/** What nodes say of the pods that they start, before the API shows their addresses. */
export class Arrivals {
  readonly #pods: Pick<WatchedList, 'objects'>;
  readonly #policies: Pick<WatchedList, 'isBehind'>;
  #given = new Map<string, string>();
  #changes = 0;
  #wake: (() => void)[] = [];

  constructor(pods: Pick<WatchedList, 'objects'>, policies: Pick<WatchedList, 'isBehind'>) {
    this.#pods = pods;
    this.#policies = policies;
  }

  get given(): GivenAddresses {
    return this.#given;
  }

  /** Notes the address, and resolves when what is followed has the pod and every policy that was there before it. */
  async arrive(arrival: Arrival, gone: AbortSignal): Promise<void> {
    const { uid, address, namespace } = arrival;
    // Who had the address before has it no longer, whatever the API shows.
    this.#given = new Map([...this.#given].filter(([, held]) => held !== address)).set(uid, address);
    gone.addEventListener('abort', () => this.changed(), { once: true });
    for (;;) {
      gone.throwIfAborted();
      const seen = this.#changes;
      if (this.#isFollowed(arrival) && !(await this.#policies.isBehind(namespace))) return;
      if (seen === this.#changes) await new Promise<void>((woken) => this.#wake.push(woken));
    }
  }

  /** Says that what is followed has changed. */
  changed(): void {
    this.#changes += 1;
    for (const woken of this.#wake.splice(0)) woken();
  }

  #isFollowed({ namespace, name, uid, node }: Arrival): boolean {
    const pod = this.#pods.objects.get(`${namespace}/${name}`) as PodObject | undefined;
    return pod?.metadata.uid === uid && pod.spec.nodeName === node;
  }
}
