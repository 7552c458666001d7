import type { KindChange } from '../watch/cache.ts';
import type { Cluster } from '../cluster.ts';
import type { Key } from '../key.ts';
import type { Outcome } from '../outcome.ts';
import type { Priority } from '../turns.ts';

/** One thing that the operator looks after: which keys a change concerns, and one pass over a key. `Controller` runs it. */
export interface Loop {
  /** Value of its metrics' label, and a field of its log lines. */
  readonly name: string;
  readonly timing: Timing;
  /** Deciding by an old view of these does harm: they are read anew when this process begins to lead, before the first pass. */
  readonly mustBeCurrent: readonly string[];
  /** Keys that it begins with; all others come by changes. */
  readonly first: readonly Key[];
  /** The keys that a change concerns. */
  wakes(change: KindChange, lookup: Lookup): readonly Wake[];
  /** The keys that are to be looked at because the cluster begins or ceases to know a kind. */
  wakesOfKind(kind: string, lookup: Lookup): readonly Wake[];
  /** One pass over one key. Throwing means: again, later. */
  reconcile(key: Key, signal: AbortSignal): Promise<Outcome>;
}

export interface Wake {
  readonly key: Key;
  readonly priority: Priority;
  /** Not something to be repaired but news, of which more will come: it waits for others, and one pass is for all of them. */
  readonly canWait: boolean;
}

/** What a change is judged by. */
export interface Lookup {
  readonly cluster: Pick<Cluster, 'list'>;
  /** The caches are still filling: then nobody has changed anything. */
  readonly initial: boolean;
}

/** In milliseconds, but for the workers. */
export interface Timing {
  /** How long the first calm news waits for others. */
  readonly gather: number;
  /** Until the next look at a key that waits for something: the caches wake it, this is the net below that. */
  readonly waiting: number;
  /** Until the next look at a key of which nothing is heard. */
  readonly resync: number;
  /** Keys that are worked on at the same time. */
  readonly workers: number;
}
