import type { Reason } from '../../kinds/hosted-site/reasons.ts';
import type { ComponentCondition } from '../../components/component.ts';
import { isHeld } from '../../components/holds.ts';
import { boostInForce } from '../../components/pod/replicas.ts';
import type { Judgement } from '../../releases/judgement.ts';

type Statement = ComponentCondition & { reason: Reason };

/**
 * Whether the boost that is written is in force. One that is over is no fault: it may stay in the spec, and releases go on. But
 * whoever has just written a time that is past learns here that nothing comes of it.
 */
export function boosted({ site, seen, refusals }: Judgement): Statement | undefined {
  if (site?.boost === undefined) return undefined;
  if (site.replicas === 0) {
    const message = 'The site is switched off with replicas: 0, and the boost changes nothing.';
    return { status: 'False', reason: 'ScaledToZero', message };
  }
  if (boostInForce(site, seen) === undefined) {
    const message =
      'spec.boost.endTime is in the past, so the boost changes nothing. Write a later endTime for another one, or remove boost.';
    return { status: 'False', reason: 'BoostOver', message };
  }
  if (isHeld(site, 'Changes')) {
    const message = 'spec.suspend is true: a boost neither begins nor ends until it is false again.';
    return { status: 'Unknown', reason: 'Suspended', message };
  }
  if (refusals.length > 0) {
    const message = 'The boost begins when the site is no longer stalled.';
    return { status: 'Unknown', reason: 'Progressing', message };
  }
  const message = `Until spec.boost.endTime the site has at least ${site.boost.replicas} replicas.`;
  return { status: 'True', reason: 'Boosted', message };
}
