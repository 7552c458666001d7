import { amount as bytesWords, cores, quantityValue } from '../../api/quantity.ts';
import type { Resources } from '../site.ts';

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

/** What is wrong with amounts that no schema has judged, in a sentence that says what to write; undefined when nothing is. */
export function faultOf(written: WrittenResources): string | undefined {
  const [requests, limits] = [texts(written.requests), texts(written.limits)];
  const sides = Object.entries({ requests, limits });
  const faults = sides.flatMap(([side, amounts]) =>
    Object.entries(amounts).flatMap(
      ([name, amount]) => faultOfAmount(`resources.${side}.${name}`, amount) ?? [],
    ),
  );
  const crossed = Object.keys(limits).flatMap((name) => {
    const [request, limit] = [quantityValue(requests[name]), quantityValue(limits[name])];
    const isBelow = request !== undefined && limit !== undefined && limit < request;
    return isBelow ? [`resources.limits.${name} is below the request: write a limit that is not.`] : [];
  });
  return [...faults, ...crossed][0];
}

const words = {
  cpu: { pattern: new RegExp(`^${cores}$`), advice: 'Write cores such as 2, 0.5 or 500m' },
  bytes: {
    pattern: new RegExp(`^${bytesWords}$`),
    advice: 'Write a number with a unit of bytes, such as 512Mi or 10Gi',
  },
};

function faultOfAmount(field: string, amount: string): string | undefined {
  const { pattern, advice } = field.endsWith('.cpu') ? words.cpu : words.bytes;
  const isGood = pattern.test(amount) && (quantityValue(amount) ?? 0) > 0;
  return isGood
    ? undefined
    : `${field} is no amount that can be set aside: ${amount.slice(0, 20)}. ${advice}.`;
}
