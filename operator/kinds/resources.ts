import type { ApiKind } from '../api/kind.ts';
import { managedByLabel, ownResources } from '../kube/resources.ts';
import type { Resource } from '../kube/resources.ts';
import { manager } from '../objects/labels.ts';
import { hostedSite } from './hosted-site/index.ts';
import { kinds } from './index.ts';

/** How our labels, annotations and owner references are known. */
const marks = { prefix: `${hostedSite.names.group}/`, owner: hostedSite.names.kind };
/** What is made by others in our place, or outlives its site. */
const labelled = { namespaced: true, selector: `${managedByLabel}=${manager}`, marks } as const;
const child = { ...labelled, controller: hostedSite.names.kind } as const;
const networking = { group: 'networking.k8s.io', version: 'v1' } as const;

/** Listed and watched, beside our own kinds. Secrets are never among them: the operator has no right to read them in sites' namespaces. */
const others: readonly Resource[] = [
  { ...labelled, kind: 'PersistentVolumeClaim', group: '', version: 'v1', plural: 'persistentvolumeclaims' },
  // Reserved hosts are the operator's own.
  { ...child, home: true, kind: 'ConfigMap', group: '', version: 'v1', plural: 'configmaps' },
  { ...child, kind: 'ServiceAccount', group: '', version: 'v1', plural: 'serviceaccounts' },
  { ...child, kind: 'Service', group: '', version: 'v1', plural: 'services' },
  {
    ...{ ...child, whole: true, kind: 'ControllerRevision' },
    ...{ group: 'apps', version: 'v1', plural: 'controllerrevisions' },
  },
  { ...child, kind: 'StatefulSet', group: 'apps', version: 'v1', plural: 'statefulsets' },
  { ...child, kind: 'Deployment', group: 'apps', version: 'v1', plural: 'deployments' },
  { ...child, kind: 'CronJob', group: 'batch', version: 'v1', plural: 'cronjobs' },
  { ...labelled, kind: 'Job', group: 'batch', version: 'v1', plural: 'jobs' },
  {
    ...{ ...child, kind: 'HorizontalPodAutoscaler' },
    ...{ group: 'autoscaling', version: 'v2', plural: 'horizontalpodautoscalers' },
  },
  {
    ...{ ...child, kind: 'PodDisruptionBudget' },
    ...{ group: 'policy', version: 'v1', plural: 'poddisruptionbudgets' },
  },
  { ...child, ...networking, kind: 'Ingress', plural: 'ingresses' },
  { ...child, ...networking, kind: 'NetworkPolicy', plural: 'networkpolicies' },
  {
    ...{ ...child, optional: true, kind: 'HTTPRoute' },
    ...{ group: 'gateway.networking.k8s.io', version: 'v1', plural: 'httproutes' },
  },
  {
    ...{ ...child, optional: true, kind: 'Certificate' },
    ...{ group: 'cert-manager.io', version: 'v1', plural: 'certificates' },
  },
  { ...labelled, kind: 'Pod', group: '', version: 'v1', plural: 'pods' },
  {
    ...{ kind: 'StorageClass', group: 'storage.k8s.io', version: 'v1', plural: 'storageclasses' },
    namespaced: false,
  },
  { ...networking, kind: 'IngressClass', plural: 'ingressclasses', namespaced: false, metadataOnly: true },
  ownResources.CustomResourceDefinition,
];

/** Reached by single requests only. */
const live: readonly Resource[] = [
  { kind: 'Secret', group: '', version: 'v1', plural: 'secrets', namespaced: true, marks },
  { kind: 'Namespace', group: '', version: 'v1', plural: 'namespaces', namespaced: false },
  ownResources.Lease,
  ownResources.Event,
];

/** Everything that the caches hold, our own kinds first. */
export const cachedResources: readonly Resource[] = [...kinds.map(ofOurs), ...others];
export const cachedKinds: readonly string[] = cachedResources.map(({ kind }) => kind);
export const allResources: readonly Resource[] = [...cachedResources, ...live];
const table: ReadonlyMap<string, Resource> = new Map(allResources.map((one) => [one.kind, one]));

/** Of others' making: those that the cluster may not know. */
export const optionalKinds = ['HTTPRoute', 'Certificate'] as const;

/** An operator that is newer than its definitions goes without the kinds that need not be there. */
export function ofOurs({ names: { kind, group, version, plural }, role, install }: ApiKind): Resource {
  return {
    ...{ kind, group, version, plural, namespaced: true, marks },
    ...(install === undefined ? { optional: true } : { install }),
    ...(role === 'action' ? { brief: true } : {}),
  };
}

/** The row of an object's kind; a kind without one is a mistake in our code. */
export function resourceOf(kind: string): Resource {
  const found = table.get(kind);
  if (found === undefined) throw new Error(`kind ${kind} has no row in kinds/resources.ts: add one`);
  return found;
}
