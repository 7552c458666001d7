import type { Manifest } from '../../operator/components/component.ts';
import {
  cronStandsStill,
  oneCommandAtATime,
  opensWhatIsRecorded,
  phasesGoForward,
  recordsGoForward,
  releaseOpensOnce,
  servesAfterItsCommand,
  taskOpensOnce,
} from './invariants-commands.ts';
import {
  claimsStay,
  copiesStay,
  dataIsNotForgotten,
  dataIsPromised,
  oneWriter,
  secretsAreTheirCopies,
  secretsNeverChange,
} from './invariants-data.ts';
import { foreignIsUntouched, ownersAreRight, servicesSelectTheirSite } from './invariants-ownership.ts';
import { readyIsTrue } from './invariants-status.ts';
import type { Invariant, Places, World } from './invariants-moment.ts';
import type { FeedKind, Seen } from './world-feed.ts';

export const invariants: readonly Invariant[] = [
  claimsStay,
  copiesStay,
  dataIsNotForgotten,
  dataIsPromised,
  secretsNeverChange,
  secretsAreTheirCopies,
  oneWriter,
  foreignIsUntouched,
  ownersAreRight,
  servicesSelectTheirSite,
  readyIsTrue,
  releaseOpensOnce,
  taskOpensOnce,
  oneCommandAtATime,
  opensWhatIsRecorded,
  servesAfterItsCommand,
  cronStandsStill,
  recordsGoForward,
  phasesGoForward,
];

/**
 * Everything that was wrong at any moment. The order of resourceVersions is the order in which things happened, also
 * across kinds, whenever the events arrived: so nothing here depends on which watch was faster.
 */
export function violations(
  events: readonly Seen[],
  places: Places,
  all: readonly Invariant[] = invariants,
): string[] {
  const judges = all.map(({ name, begin }) => ({ name, judge: begin() }));
  const there = new Replay();
  const found = [...events]
    .sort((a, b) => a.version - b.version)
    .flatMap((event) => {
      const before = there.take(event);
      const moment = { ...places, event, before, there };
      return judges.flatMap(({ name, judge }) => judge(moment).map((words) => `${name}: ${words}`));
    });
  return [...new Set(found)];
}

class Replay implements World {
  readonly #objects = new Map<string, Seen>();

  get(kind: FeedKind, namespace: string, name: string): Manifest | undefined {
    return this.#objects.get(`${kind}/${namespace}/${name}`)?.object;
  }

  list(kind: FeedKind, namespace: string): Manifest[] {
    return [...this.#objects.values()]
      .filter((one) => one.kind === kind && one.object.metadata.namespace === namespace)
      .map(({ object }) => object);
  }

  /** Returns what was there before. */
  take(event: Seen): Manifest | undefined {
    const { namespace = '', name } = event.object.metadata;
    const id = `${event.kind}/${namespace}/${name}`;
    const before = this.#objects.get(id)?.object;
    if (event.type === 'DELETED') this.#objects.delete(id);
    else this.#objects.set(id, event);
    return before;
  }
}
