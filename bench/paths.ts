const places: Readonly<Record<string, readonly [prefix: string, plural: string]>> = {
  ConfigMap: ['/api/v1', 'configmaps'],
  Namespace: ['/api/v1', 'namespaces'],
  PersistentVolumeClaim: ['/api/v1', 'persistentvolumeclaims'],
  Pod: ['/api/v1', 'pods'],
  Secret: ['/api/v1', 'secrets'],
  Service: ['/api/v1', 'services'],
  ServiceAccount: ['/api/v1', 'serviceaccounts'],
  ControllerRevision: ['/apis/apps/v1', 'controllerrevisions'],
  Deployment: ['/apis/apps/v1', 'deployments'],
  StatefulSet: ['/apis/apps/v1', 'statefulsets'],
  Ingress: ['/apis/networking.k8s.io/v1', 'ingresses'],
  NetworkPolicy: ['/apis/networking.k8s.io/v1', 'networkpolicies'],
  IngressClass: ['/apis/networking.k8s.io/v1', 'ingressclasses'],
  StorageClass: ['/apis/storage.k8s.io/v1', 'storageclasses'],
  ClusterRoleBinding: ['/apis/rbac.authorization.k8s.io/v1', 'clusterrolebindings'],
  HostedSite: ['/apis/hostedsite.dev/v1alpha1', 'hostedsites'],
};

/** URL path of a kind's collection, in a namespace or in the whole cluster. */
export function apiPath(kind: string, namespace?: string): string {
  const place = places[kind];
  if (place === undefined) throw new Error(`bench/paths.ts does not know the kind ${kind}: add it`);
  const [prefix, plural] = place;
  return namespace === undefined ? `${prefix}/${plural}` : `${prefix}/namespaces/${namespace}/${plural}`;
}
