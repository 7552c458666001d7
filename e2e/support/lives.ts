import { kubectl } from './cluster.ts';

/** By what it is seen that nothing of a namespace's sites was restarted or made anew. */

const kinds =
  'hostedsites,deployments,statefulsets,services,serviceaccounts,configmaps,ingresses,networkpolicies,pvc,secrets,' +
  'controllerrevisions,cronjobs,jobs,horizontalpodautoscalers,poddisruptionbudgets';

/** UID and restarts of each container of each pod that stays, databases included. */
export async function podLives(namespace: string): Promise<string[]> {
  const restarts =
    '{.status.initContainerStatuses[*].restartCount} {.status.containerStatuses[*].restartCount}';
  const path = `{range .items[*]}{.metadata.name} {.metadata.uid} ${restarts}{"\\n"}{end}`;
  const lasting = ['-l', 'app.kubernetes.io/component notin (cron,command)'];
  const text = await kubectl(['get', 'pods', '-n', namespace, ...lasting, '-o', `jsonpath=${path}`]);
  return text.trim().split('\n').sort();
}

interface Found {
  kind: string;
  metadata: {
    name: string;
    uid: string;
    labels?: Record<string, string>;
    ownerReferences?: { kind: string }[];
  };
}

/** `Kind/name` → UID of the sites and of all that was made for them, without pods and runs of cron jobs. */
export async function objectLives(namespace: string): Promise<Map<string, string>> {
  const text = await kubectl(['get', kinds, '-n', namespace, '-o', 'json']);
  const { items } = JSON.parse(text) as { items: Found[] };
  const own = items.filter(isLasting);
  return new Map(own.map(({ kind, metadata: { name, uid } }) => [`${kind}/${name}`, uid]));
}

function isLasting({ kind, metadata: { labels = {}, ownerReferences = [] } }: Found): boolean {
  if (ownerReferences.some((owner) => owner.kind === 'CronJob')) return false;
  return kind === 'HostedSite' || labels['app.kubernetes.io/managed-by'] === 'hostedsite';
}

/** What was there before, and is not, or is another one. */
export function notTheSame(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): string[] {
  return [...before].flatMap(([name, uid]) => (after.get(name) === uid ? [] : name)).sort();
}
