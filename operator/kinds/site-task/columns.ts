import type { Column } from '../../api/kind.ts';

/** What `kubectl get` shows of a task. */
export const columns: readonly Column[] = [
  { name: 'Site', type: 'string', jsonPath: '.spec.siteName' },
  { name: 'Phase', type: 'string', jsonPath: '.status.phase' },
  { name: 'Exit code', type: 'integer', jsonPath: '.status.exitCode' },
  { name: 'Reason', type: 'string', jsonPath: '.status.reason', priority: 1 },
  { name: 'Message', type: 'string', jsonPath: '.status.message', priority: 1 },
  { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
];
