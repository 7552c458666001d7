import { isOnItsWay } from '../../kinds/hosted-site/reasons.ts';
import type { Reason } from '../../kinds/hosted-site/reasons.ts';
import type { ComponentCondition, Refusal } from '../../components/component.ts';

/** What Ready is judged by. */
export interface ReadyFacts {
  /** What a person must change. */
  stalled: readonly Refusal[];
  /** Nothing had to be written: every object is as the spec wants it. */
  asDesired: boolean;
  /** Every replica runs the wanted revision and is available; no pod of another one is left. */
  rolledOut: boolean;
  /** What a component that is not ready says of itself: the worst of them. */
  unready: ComponentCondition | undefined;
  /** A visitor is served now. */
  available: boolean;
  /** The spec wants no replicas. */
  scaledToZero: boolean;
  /** Ready was True for this generation before. */
  wasInForce: boolean;
  suspended: boolean;
  /** Why the route leads visitors to a page in place of the site; `Starting` while nothing but its pods is waited for. */
  maintenancePage: 'Maintenance' | 'ScaledToZero' | 'Starting' | undefined;
  /** The site is being deleted. */
  ending: boolean;
  /** Why the pass did not come to its end. */
  failure: string | undefined;
}

type ReadyCondition = ComponentCondition & { reason: Reason };

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
export function ready(facts: ReadyFacts): ReadyCondition {
  if (facts.ending) return ending(facts);
  const [first] = facts.stalled;
  if (first !== undefined) {
    return { status: 'False', reason: first.reason as Reason, message: sentences(facts.stalled) };
  }
  if (isInForce(facts)) return serving(facts);
  if (facts.wasInForce) return isServed(facts) ? serving(facts) : unavailable;
  return pending(facts);
}

/** What waits for something that goes wrong elsewhere says less than what goes wrong; of equals the first: others wait for it. */
export function worst(parts: readonly ComponentCondition[]): ComponentCondition | undefined {
  const rank = ({ status, reason }: ComponentCondition): number => {
    if (status === 'False') return 2;
    return isOnItsWay(reason) ? 0 : 1;
  };
  const unready = parts.filter(({ status }) => status !== 'True');
  return unready.sort((a, b) => rank(b) - rank(a))[0];
}

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

function serving({ suspended, scaledToZero, maintenancePage }: ReadyFacts): ReadyCondition {
  if (suspended) {
    const message = 'The site serves; spec.suspend is true: the operator changes nothing.';
    return { status: 'True', reason: 'Suspended', message };
  }
  if (maintenancePage === 'Maintenance') {
    const message = 'The spec is in force: visitors get the maintenance page.';
    return { status: 'True', reason: 'Maintenance', message };
  }
  if (scaledToZero) {
    return {
      status: 'True',
      reason: 'ScaledToZero',
      message: 'The site has no replicas, as its spec wants.',
    };
  }
  return { status: 'True', reason: 'Serving', message: 'The spec is in force and the site serves.' };
}

export const unavailable: ReadyCondition = {
  status: 'False',
  reason: 'Unavailable',
  message: 'No pod serves; Kubernetes restarts them.',
};

function pending({ suspended, failure, unready }: ReadyFacts): ReadyCondition {
  if (suspended) {
    const message = 'spec.suspend is true: what the spec asks for is not brought into force.';
    return { status: 'Unknown', reason: 'Suspended', message };
  }
  const message = failure ?? unready?.message ?? 'The spec is being brought into force.';
  return { status: 'Unknown', reason: 'Progressing', message };
}

function ending({ failure }: ReadyFacts): ReadyCondition {
  return { status: 'Unknown', reason: 'Deleting', message: failure ?? 'The site is being deleted.' };
}
