import { allResources } from '../operator/kinds/resources.ts';
import type { Sample } from './samples.ts';

/** What the API server has counted of the kinds that sites are made of. */
export interface Requests {
  /** Answered writes by `Kind`-like plural, dry runs and Leases left out. */
  writes: ReadonlyMap<string, number>;
  /** Writes that were only asked about. */
  dryRuns: number;
  /** Of every kind that the operator reads; Leases left out, and watches, however they begin. */
  gets: number;
  lists: number;
}

/** Plurals that subjects write; the API server's own housekeeping writes others. */
const plurals: ReadonlySet<string> = new Set([
  ...['secrets', 'persistentvolumeclaims', 'configmaps', 'serviceaccounts', 'services', 'events'],
  ...['controllerrevisions', 'statefulsets', 'deployments', 'jobs', 'ingresses', 'networkpolicies'],
  'hostedsites',
]);
const read: ReadonlySet<string> = new Set(
  allResources.flatMap(({ plural }) => (plural === 'leases' ? [] : plural)),
);
const writing: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'APPLY', 'DELETE', 'DELETECOLLECTION']);

/** The counters now; the difference of two of these is what happened between. */
export function requests(all: readonly Sample[]): Requests {
  const counted = all.filter(({ name }) => name === 'apiserver_request_total');
  const written = counted.filter(({ labels }) => plurals.has(labels['resource'] ?? ''));
  const reads = (verb: string): number =>
    total(counted.filter(({ labels }) => labels['verb'] === verb && read.has(labels['resource'] ?? '')));
  const isDryRun = ({ labels }: Sample): boolean =>
    labels['dry_run'] !== '' && writing.has(labels['verb'] ?? '');
  return {
    writes: writesByKind(written),
    dryRuns: total(written.filter(isDryRun)),
    gets: reads('GET'),
    lists: reads('LIST'),
  };
}

function total(counted: readonly Sample[]): number {
  return counted.reduce((sum, { value }) => sum + value, 0);
}

function writesByKind(counted: readonly Sample[]): Map<string, number> {
  const writes = new Map<string, number>();
  for (const { labels, value } of counted) {
    if (!writing.has(labels['verb'] ?? '') || labels['dry_run'] !== '' || !isOfSubject(labels)) continue;
    const plural = labels['resource'] ?? '';
    writes.set(plural, (writes.get(plural) ?? 0) + value);
  }
  return writes;
}

/** The bench itself writes sites, and the status of what a real cluster's controllers would run. */
function isOfSubject(labels: Sample['labels']): boolean {
  const isStatus = labels['subresource'] === 'status';
  return labels['resource'] === 'hostedsites' ? isStatus : !isStatus;
}

export function difference(after: Requests, before: Requests): Requests {
  const entries = [...after.writes].map(
    ([kind, count]) => [kind, count - (before.writes.get(kind) ?? 0)] as const,
  );
  return {
    writes: new Map(entries.filter(([, count]) => count > 0)),
    dryRuns: after.dryRuns - before.dryRuns,
    gets: after.gets - before.gets,
    lists: after.lists - before.lists,
  };
}

export function allWrites({ writes }: Requests): number {
  return [...writes.values()].reduce((sum, count) => sum + count, 0);
}
