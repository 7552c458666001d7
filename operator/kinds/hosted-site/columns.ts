import type { Column } from '../../api/kind.ts';

const readyIs = (field: string) => `.status.conditions[?(@.type=="Ready")].${field}`;

/** What `kubectl get` shows of a site. */
export const columns: readonly Column[] = [
  column('Preset', 'string', '.status.preset'),
  column('Ready', 'string', readyIs('status')),
  column('Available', 'string', '.status.conditions[?(@.type=="Available")].status'),
  column('Version', 'string', '.status.release.running.image'),
  column('URL', 'string', '.status.urls[0]'),
  column('Replicas', 'integer', '.status.replicas'),
  column('Status', 'string', readyIs('reason')),
  { ...column('Image', 'string', '.spec.image'), priority: 1 },
  { ...column('Primary', 'string', '.status.database.primary'), priority: 1 },
  { ...column('Message', 'string', readyIs('message')), priority: 1 },
  column('Age', 'date', '.metadata.creationTimestamp'),
];

function column(name: string, type: Column['type'], jsonPath: string): Column {
  return { name, type, jsonPath };
}
