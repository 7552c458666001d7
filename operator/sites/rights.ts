import type { Right } from '../kube/right.ts';

const sites = { scope: 'site-namespaces' } as const;
const own = { scope: 'operator-namespace' } as const;
const cluster = { scope: 'cluster' } as const;

/** What a pass does beside what the components declare for their objects. */
export const passRights: readonly Right[] = [
  // Deleted are those that ask for it, by spec.ttl.
  { ...sites, kind: 'HostedSite', verbs: ['get', 'list', 'watch', 'patch', 'delete'] },
  { ...sites, kind: 'HostedSite', subresource: 'status', verbs: ['patch'] },
  // An owner reference that blocks its owner's deletion needs this where the cluster checks for it.
  { ...sites, kind: 'HostedSite', subresource: 'finalizers', verbs: ['update'] },
  {
    ...sites,
    kind: 'ControllerRevision',
    verbs: ['get', 'list', 'watch', 'create', 'patch', 'delete'],
  },
  // Credentials: made and deleted, never read. What they say is in copies of the operator's own.
  { ...sites, kind: 'Secret', verbs: ['delete'] },
  { ...own, kind: 'Secret', verbs: ['get', 'list', 'create', 'patch', 'delete'] },
  // Files of configuration, and reserved hosts.
  { ...sites, kind: 'ConfigMap', verbs: ['get'] },
  { ...own, kind: 'ConfigMap', verbs: ['get', 'list', 'watch', 'create', 'patch', 'delete'] },
  // What the cluster says of one object that does not come up, and whether somebody else scales the pods.
  { ...sites, kind: 'Event', verbs: ['list'] },
  { ...sites, kind: 'HorizontalPodAutoscaler', verbs: ['list'] },
  // Each in itself: its UID, and whether it is there.
  { ...sites, kind: 'Namespace', verbs: ['get'] },
  { ...own, kind: 'Namespace', verbs: ['get'] },
  { ...cluster, kind: 'StorageClass', verbs: ['list', 'watch'] },
  { ...cluster, kind: 'IngressClass', verbs: ['list', 'watch'] },
];
