import { quantityValue } from '../api/quantity.ts';
import type { Resources } from './site.ts';

/** What a user may write of a container's resources; amounts of a processor may be numbers. */
export interface WrittenResources {
  requests?: Record<string, string | number | undefined>;
  limits?: Record<string, string | number | undefined>;
}

/**
 * Written amounts replace a part's own one by one. A limit that is written alone may be below the part's request, and a
 * request alone above its limit, which Kubernetes would refuse: the other side follows what is written.
 */
export function merged(own: Resources, written: WrittenResources = {}): Resources {
  const [requests, limits] = [texts(written.requests), texts(written.limits)];
  return {
    requests: { ...own.requests, ...clamped(own.requests, limits, Math.min), ...requests },
    limits: { ...own.limits, ...clamped(own.limits, requests, Math.max), ...limits },
  };
}

/** The amounts of `other` where `pick` prefers them to those of `own`. */
function clamped(
  own: Record<string, string>,
  other: Record<string, string>,
  pick: (a: number, b: number) => number,
): Record<string, string> {
  const entries = Object.entries(other).filter(([name, amount]) => {
    const [value, bound] = [quantityValue(own[name]), quantityValue(amount)];
    return value !== undefined && bound !== undefined && value !== bound && pick(value, bound) === bound;
  });
  return Object.fromEntries(entries);
}

function texts(amounts: Record<string, string | number | undefined> = {}): Record<string, string> {
  const entries = Object.entries(amounts).flatMap(([name, amount]) =>
    amount === undefined ? [] : [[name, String(amount)] as const],
  );
  return Object.fromEntries(entries);
}
