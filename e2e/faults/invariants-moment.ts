import type { Manifest } from '../../operator/components/component.ts';
import type { FeedKind, Seen } from './world-feed.ts';

/** Where a run plays. */
export interface Places {
  readonly namespace: string;
  readonly operatorNamespace: string;
}

/** One event among all that there was when it happened. */
export interface Moment extends Places {
  readonly event: Seen;
  /** The same object before; undefined of a new one. */
  readonly before: Manifest | undefined;
  /** What there is with the event. */
  readonly there: World;
}

export interface World {
  get(kind: FeedKind, namespace: string, name: string): Manifest | undefined;
  list(kind: FeedKind, namespace: string): Manifest[];
}

/** Must hold at every moment. `begin` gives a judge with a memory of its own: what is wrong at a moment, in sentences. */
export interface Invariant {
  readonly name: string;
  begin(): (moment: Moment) => readonly string[];
}
