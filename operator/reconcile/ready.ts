import type { Reason } from '../api/conditions.ts';
import type { ComponentCondition, Refusal } from '../components/component.ts';

/** What Ready is judged by. */
export interface ReadyFacts {
  /** What a person must change. */
  stalled: readonly Refusal[];
  /** Nothing had to be written: every object is as the spec wants it. */
  asDesired: boolean;
  /** Every replica runs the wanted revision and is available; no pod of another one is left. */
  rolledOut: boolean;
  /** The first component that is not ready. */
  unready: ComponentCondition | undefined;
  /** A visitor is served now. */
  available: boolean;
  /** The spec wants no replicas. */
  scaledToZero: boolean;
  /** Ready was True for this generation before. */
  wasInForce: boolean;
  suspended: boolean;
  /** The site is being deleted. */
  ending: boolean;
  /** Why the pass did not come to its end. */
  failure: string | undefined;
}

type Verdict = ComponentCondition & { reason: Reason };

const replacing = 'The spec is being brought into force.';

/**
 * Ready: the spec of this generation is in force and serves. The first rule that fits counts.
 *
 *   the site is being deleted                   Unknown  Deleting
 *   stalled                                     False    the reason
 *   everything as desired, rolled out, ready    True     Serving
 *   it was True for this generation             True     Serving       while visitors are served (a drain, a restart)
 *                                               False    Unavailable   while none is
 *   suspended                                   Unknown  Suspended
 *   else                                        Unknown  Progressing
 */
export function ready(facts: ReadyFacts): Verdict {
  const { stalled, suspended, wasInForce, unready, failure } = facts;
  const [first] = stalled;
  if (facts.ending)
    return { status: 'Unknown', reason: 'Deleting', message: failure ?? 'The site is being deleted.' };
  if (first !== undefined)
    return { status: 'False', reason: first.reason as Reason, message: sentences(stalled) };
  if (isInForce(facts)) return serving(facts);
  if (wasInForce) return isServed(facts) ? serving(facts) : unavailable();
  if (suspended) return { status: 'Unknown', reason: 'Suspended', message: held };
  return { status: 'Unknown', reason: 'Progressing', message: failure ?? unready?.message ?? replacing };
}

const held = 'spec.suspend is true: what the spec asks for is not brought into force.';

export function sentences(refusals: readonly Refusal[]): string {
  return [...new Set(refusals.map(({ message }) => message))].join(' ');
}

function isInForce(facts: ReadyFacts): boolean {
  const { asDesired, rolledOut, unready, failure } = facts;
  return asDesired && rolledOut && unready === undefined && failure === undefined && isServed(facts);
}

function isServed({ available, scaledToZero }: ReadyFacts): boolean {
  return available || scaledToZero;
}

function serving({ suspended, scaledToZero }: ReadyFacts): Verdict {
  if (suspended) {
    return {
      status: 'True',
      reason: 'Suspended',
      message: 'The site serves; spec.suspend is true: the operator changes nothing.',
    };
  }
  if (scaledToZero)
    return {
      status: 'True',
      reason: 'ScaledToZero',
      message: 'The site has no replicas, as its spec wants.',
    };
  return { status: 'True', reason: 'Serving', message: 'The spec is in force and the site serves.' };
}

function unavailable(): Verdict {
  return { status: 'False', reason: 'Unavailable', message: 'No pod serves; Kubernetes restarts them.' };
}
