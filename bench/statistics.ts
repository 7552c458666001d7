/** Of several measurements of one thing. */
export interface Spread {
  median: number;
  low: number;
  high: number;
  /** How many there are. */
  count: number;
}

/** Smallest of the values that at least `share` (0 to 1) of them do not exceed; NaN of none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = ordered(values);
  const rank = Math.min(sorted.length, Math.max(1, Math.ceil(share * sorted.length)));
  return sorted[rank - 1] ?? NaN;
}

/** The middle one, or the mean of the middle two; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = ordered(values);
  const [low, high] = [Math.floor((sorted.length - 1) / 2), Math.ceil((sorted.length - 1) / 2)];
  return ((sorted[low] ?? NaN) + (sorted[high] ?? NaN)) / 2;
}

export function spread(values: readonly number[]): Spread {
  const sorted = ordered(values);
  return {
    median: median(values),
    low: sorted.at(0) ?? NaN,
    high: sorted.at(-1) ?? NaN,
    count: values.length,
  };
}

function ordered(values: readonly number[]): number[] {
  return [...values].sort((a, b) => a - b);
}
