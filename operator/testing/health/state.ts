import type { Seen } from './kstatus.ts';

/** An object in a state that has a name, as tools that wait see it. */
export interface State {
  /** `healthy_serving`: what Argo CD shows of it, and what it is. */
  readonly name: string;
  readonly seen: Seen;
}

/** Of a whole object what tools that wait look at. */
export function seenOf(object: Seen): Seen {
  const { apiVersion, kind, metadata, spec, status } = object;
  const { name, namespace, generation, deletionTimestamp } = metadata;
  const ending = deletionTimestamp === undefined ? {} : { deletionTimestamp };
  const { observedGeneration, conditions } = status ?? {};
  return structuredClone({
    ...{ apiVersion, kind, spec, metadata: { name, namespace, generation, ...ending } },
    ...(status === undefined ? {} : { status: { observedGeneration, conditions } }),
  });
}

/** Each once, and with it the same when somebody has written another spec, and when it is being deleted. */
export function withEdits(all: readonly Seen[]): Seen[] {
  const states = all.flatMap((seen) => [
    seen,
    { ...seen, metadata: { ...seen.metadata, generation: seen.metadata.generation + 1 } },
    { ...seen, metadata: { ...seen.metadata, deletionTimestamp: '2030-01-02T00:00:00Z' } },
  ]);
  return [...new Map(states.map((seen) => [JSON.stringify(seen), seen])).values()];
}
