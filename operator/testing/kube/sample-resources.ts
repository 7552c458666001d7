import { managedByLabel, ownResources } from '../../kube/resources.ts';
import type { Resource } from '../../kube/resources.ts';

const marks = { prefix: 'hostedsite.dev/', owner: 'HostedSite' };
const labelled = { namespaced: true, selector: `${managedByLabel}=hostedsite`, marks } as const;
const child = { ...labelled, controller: 'HostedSite' } as const;
const own = { group: 'hostedsite.dev', version: 'v1alpha1', namespaced: true, marks } as const;

/** For specs of kube: a few kinds of every sort, in the order in which their caches are asked. */
export const samples: readonly Resource[] = [
  { ...own, kind: 'HostedSite', plural: 'hostedsites', install: 'kubectl apply -f crds' },
  { ...own, kind: 'SiteTask', plural: 'sitetasks', optional: true, brief: true },
  { ...child, kind: 'ConfigMap', group: '', version: 'v1', plural: 'configmaps' },
  { ...child, kind: 'Service', group: '', version: 'v1', plural: 'services' },
  {
    ...{ ...child, whole: true, kind: 'ControllerRevision' },
    ...{ group: 'apps', version: 'v1', plural: 'controllerrevisions' },
  },
  { ...child, kind: 'Deployment', group: 'apps', version: 'v1', plural: 'deployments' },
  {
    ...{ ...child, kind: 'HorizontalPodAutoscaler' },
    ...{ group: 'autoscaling', version: 'v2', plural: 'horizontalpodautoscalers' },
  },
  { ...child, kind: 'Ingress', group: 'networking.k8s.io', version: 'v1', plural: 'ingresses' },
  {
    ...{ ...child, kind: 'HTTPRoute', optional: true },
    ...{ group: 'gateway.networking.k8s.io', version: 'v1', plural: 'httproutes' },
  },
  {
    ...{ ...child, kind: 'Certificate', optional: true },
    ...{ group: 'cert-manager.io', version: 'v1', plural: 'certificates' },
  },
  { ...labelled, kind: 'PersistentVolumeClaim', group: '', version: 'v1', plural: 'persistentvolumeclaims' },
  { ...labelled, kind: 'Pod', group: '', version: 'v1', plural: 'pods' },
  {
    ...{ kind: 'StorageClass', group: 'storage.k8s.io', version: 'v1', plural: 'storageclasses' },
    namespaced: false,
  },
  {
    ...{ kind: 'IngressClass', group: 'networking.k8s.io', version: 'v1', plural: 'ingressclasses' },
    ...{ namespaced: false, metadataOnly: true },
  },
  ownResources.CustomResourceDefinition,
];

const live: readonly Resource[] = [
  { kind: 'Secret', group: '', version: 'v1', plural: 'secrets', namespaced: true, marks },
  { kind: 'Namespace', group: '', version: 'v1', plural: 'namespaces', namespaced: false },
];

export function sample(kind: string): Resource {
  const found = [...samples, ...live].find((one) => one.kind === kind);
  if (found === undefined) throw new Error(`kind ${kind} is not among the samples`);
  return found;
}
