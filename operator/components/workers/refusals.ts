import type { Refusal, Site } from '../component.ts';
import { faultOf } from '../pod/resources.ts';
import type { Reason } from './condition.ts';

export function refusals({ workers = [] }: Site): Refusal[] {
  const reason: Reason = 'WorkerResourcesRejected';
  return workers.flatMap(({ name, resources = {} }) => {
    const fault = faultOf(resources);
    return fault === undefined ? [] : [{ reason, message: `In spec.workers, ${name}: ${fault}` }];
  });
}
