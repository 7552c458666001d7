import type { Site } from '../component.ts';
import type { WorkersSpec } from './spec.ts';

/** A command may hold credentials, and resources are added to those of the release that runs. */
export const hidden = ['workers[].command', 'workers[].resources'];

export function effective({ workers }: Site): { workers?: Omit<WorkersSpec[number], 'command'>[] } {
  if (workers === undefined) return {};
  return {
    workers: workers.map(({ name, replicas, terminationGracePeriodSeconds }) => ({
      name,
      replicas,
      terminationGracePeriodSeconds,
    })),
  };
}
