import type { Site } from '../component.ts';
import { workerDefaults } from './spec.ts';
import type { WorkersSpec } from './spec.ts';

export function resolve({ workers = [] }: { workers?: WorkersSpec }): Pick<Site, 'workers'> {
  if (workers.length === 0) return {};
  return { workers: workers.map((entry) => ({ ...workerDefaults, ...entry })) };
}
