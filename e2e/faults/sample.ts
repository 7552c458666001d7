import fc from 'fast-check';

/** So many items, from every group equally many as far as it has them, in an order of chance that the seed repeats. Without a number all. */
export function sample<T>(
  groups: ReadonlyMap<string, readonly T[]>,
  count: number | undefined,
  seed: number,
): T[] {
  const all = [...groups.values()].map((items) => shuffled(items, seed));
  const total = all.reduce((sum, items) => sum + items.length, 0);
  const wanted = Math.min(count ?? total, total);
  const quota = Math.floor(wanted / Math.max(1, groups.size));
  const first = all.flatMap((items) => items.slice(0, quota));
  const rest = all.flatMap((items) => items.slice(quota));
  return shuffled([...first, ...shuffled(rest, seed)].slice(0, wanted), seed);
}

/** So many of the items, which the seed chooses. */
export function chosenOf<T>(items: readonly T[], count: number, seed: number): T[] {
  return shuffled(items, seed).slice(0, count);
}

function shuffled<T>(items: readonly T[], seed: number): T[] {
  const { length } = items;
  const order = fc.shuffledSubarray([...items], { minLength: length, maxLength: length });
  return fc.sample(order, { seed, numRuns: 1 })[0] ?? [];
}
