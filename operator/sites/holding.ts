import { isRecord } from '../objects/difference.ts';
import type { Application, Plan } from './plan.ts';

/**
 * What is written of a site whose changes are held: CronJobs that still run are held, and those that the spec names no more are
 * removed, because they would run on.
 */
export function onlyHolding({ apply, remove }: Plan): Plan {
  return {
    create: [],
    apply: apply.filter(isToBeHeld),
    remove: remove.filter(({ kind }) => kind === 'CronJob'),
    leaving: [],
    orphaned: [],
    refusals: [],
  };
}

function isToBeHeld({ desired, live }: Application): boolean {
  const spec = live?.['spec'];
  return desired.object.kind === 'CronJob' && isRecord(spec) && spec['suspend'] !== true;
}
