import type { Manifest } from './manifest.ts';

/** Where a kind lives in the API, and what the operator keeps of it in memory. */
export interface Resource {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly namespaced: boolean;
  /** Label selector of list and watch; absent means every object of the kind. */
  readonly selector?: string;
  /** The cache holds metadata only (PartialObjectMetadata): nothing of us reads the rest. */
  readonly metadataOnly?: boolean;
  /** The cluster may not know the kind: nothing waits for it, and it is asked for when its definition appears. */
  readonly optional?: boolean;
  /** How a person installs the definition of the kind, without which the operator has nothing to do. */
  readonly install?: string;
  /**
   * Anybody can write the label that the selector asks for. So an object is kept only when one of this kind controls it, or when
   * it is in the operator's own namespace; absent means that the label is enough.
   */
  readonly controller?: string;
  /** Of a kind without a selector: people write it at length, and long texts are kept as their hash all the same. */
  readonly brief?: boolean;
  /** Long texts are read again, not only compared: nothing of an object is left out. Only where tenants cannot write the kind. */
  readonly whole?: boolean;
}

export const managedByLabel = 'app.kubernetes.io/managed-by';
export const instanceLabel = 'app.kubernetes.io/instance';
export const manager = 'hostedsite';

const selector = `${managedByLabel}=${manager}`;
/** What is made by others in our place, or outlives its site. */
const labelled = { namespaced: true, selector } as const;
const child = { ...labelled, controller: 'HostedSite' } as const;

/** Listed and watched. Secrets are never among them: the operator has no right to read them in sites' namespaces. */
const cached = {
  HostedSite: {
    ...{ group: 'hostedsite.dev', version: 'v1alpha1', plural: 'hostedsites', namespaced: true },
    install:
      'kubectl apply --server-side -f crds/hostedsites.yaml, or upgrade the chart with crds.install: true',
  },
  SiteTask: {
    ...{ group: 'hostedsite.dev', version: 'v1alpha1', plural: 'sitetasks', namespaced: true },
    // An operator that is newer than its definitions looks after sites all the same.
    optional: true,
    brief: true,
  },
  PersistentVolumeClaim: { ...labelled, group: '', version: 'v1', plural: 'persistentvolumeclaims' },
  ConfigMap: { ...child, group: '', version: 'v1', plural: 'configmaps' },
  ServiceAccount: { ...child, group: '', version: 'v1', plural: 'serviceaccounts' },
  Service: { ...child, group: '', version: 'v1', plural: 'services' },
  ControllerRevision: { ...child, whole: true, group: 'apps', version: 'v1', plural: 'controllerrevisions' },
  StatefulSet: { ...child, group: 'apps', version: 'v1', plural: 'statefulsets' },
  Deployment: { ...child, group: 'apps', version: 'v1', plural: 'deployments' },
  CronJob: { ...child, group: 'batch', version: 'v1', plural: 'cronjobs' },
  Job: { ...labelled, group: 'batch', version: 'v1', plural: 'jobs' },
  HorizontalPodAutoscaler: {
    ...child,
    group: 'autoscaling',
    version: 'v2',
    plural: 'horizontalpodautoscalers',
  },
  PodDisruptionBudget: { ...child, group: 'policy', version: 'v1', plural: 'poddisruptionbudgets' },
  Ingress: { ...child, group: 'networking.k8s.io', version: 'v1', plural: 'ingresses' },
  NetworkPolicy: { ...child, group: 'networking.k8s.io', version: 'v1', plural: 'networkpolicies' },
  HTTPRoute: {
    ...child,
    group: 'gateway.networking.k8s.io',
    version: 'v1',
    plural: 'httproutes',
    optional: true,
  },
  Certificate: { ...child, group: 'cert-manager.io', version: 'v1', plural: 'certificates', optional: true },
  Pod: { ...labelled, group: '', version: 'v1', plural: 'pods' },
  StorageClass: { group: 'storage.k8s.io', version: 'v1', plural: 'storageclasses', namespaced: false },
  IngressClass: {
    group: 'networking.k8s.io',
    version: 'v1',
    plural: 'ingressclasses',
    namespaced: false,
    metadataOnly: true,
  },
  CustomResourceDefinition: {
    group: 'apiextensions.k8s.io',
    version: 'v1',
    plural: 'customresourcedefinitions',
    namespaced: false,
    metadataOnly: true,
  },
} as const satisfies Record<string, Resource>;

/** Reached by single requests only. */
const live = {
  Secret: { group: '', version: 'v1', plural: 'secrets', namespaced: true },
  Namespace: { group: '', version: 'v1', plural: 'namespaces', namespaced: false },
  Lease: { group: 'coordination.k8s.io', version: 'v1', plural: 'leases', namespaced: true },
  Event: { group: 'events.k8s.io', version: 'v1', plural: 'events', namespaced: true },
} as const satisfies Record<string, Resource>;

export type CachedKind = keyof typeof cached;
export type KnownKind = CachedKind | keyof typeof live;

export const resources: Readonly<Record<KnownKind, Resource>> = { ...cached, ...live };
export const cachedKinds = Object.keys(cached) as readonly CachedKind[];

/** Of others' making: those that the cluster may not know. */
export const optionalKinds = ['HTTPRoute', 'Certificate'] as const satisfies readonly CachedKind[];

/** Whether an object is an autoscaler of another one. */
export function isAutoscalerOf({ kind, metadata, spec }: Manifest, target: Manifest): boolean {
  const { scaleTargetRef } = (spec ?? {}) as { scaleTargetRef?: { kind?: string; name?: string } };
  return (
    kind === 'HorizontalPodAutoscaler' &&
    metadata.namespace === target.metadata.namespace &&
    scaleTargetRef?.kind === target.kind &&
    scaleTargetRef.name === target.metadata.name
  );
}

/** The name of the CustomResourceDefinition that makes a kind known. */
export function definitionOf({ plural, group }: Resource): string {
  return `${plural}.${group}`;
}

/** What there is to say where the cluster does not know a kind that has to be there. */
export function notInstalled(resource: Resource): string {
  return `The CustomResourceDefinition ${definitionOf(resource)} is not installed: ${resource.install ?? ''}`;
}

export function isCached(kind: string): kind is CachedKind {
  return Object.hasOwn(cached, kind);
}

/** The table's row of an object's kind; a kind that is not in the table is a mistake in our code. */
export function resourceOf(kind: string): Resource {
  if (!Object.hasOwn(resources, kind)) {
    throw new Error(`kind ${kind} is not in the table of kube/resources.ts: add a row for it`);
  }
  return resources[kind as KnownKind];
}

export function apiVersion(resource: Resource): string {
  return resource.group === '' ? resource.version : `${resource.group}/${resource.version}`;
}

export interface Place {
  namespace?: string | undefined;
  name?: string | undefined;
  subresource?: 'status';
}

/** The URL path of a collection, an object or its subresource. */
export function resourcePath(resource: Resource, place: Place = {}): string {
  const prefix = resource.group === '' ? `/api/${resource.version}` : `/apis/${apiVersion(resource)}`;
  const parts = [prefix];
  if (resource.namespaced && place.namespace !== undefined) {
    parts.push('namespaces', encodeURIComponent(place.namespace));
  }
  parts.push(resource.plural);
  if (place.name !== undefined) parts.push(encodeURIComponent(place.name));
  if (place.subresource !== undefined) parts.push(place.subresource);
  return parts.join('/');
}

/** Whether a list with the kind's selector would return this object. */
export function selects(resource: Resource, object: Manifest): boolean {
  return resource.selector === undefined || object.metadata.labels?.[managedByLabel] === manager;
}
