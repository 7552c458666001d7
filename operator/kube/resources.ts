import type { Manifest } from './manifest.ts';

/** Where a kind lives in the API, and what the operator keeps of it in memory. */
export interface Resource {
  readonly kind: string;
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
  /** Ours are in the operator's own namespace too. */
  readonly home?: boolean;
  /** Of a kind without a selector: people write it at length, and long texts are kept as their hash all the same. */
  readonly brief?: boolean;
  /** By what an object is known as ours: the beginning of labels and annotations, and the kind of its owner. */
  readonly marks?: Marks;
  /** Long texts are read again, not only compared: nothing of an object is left out. Only where tenants cannot write the kind. */
  readonly whole?: boolean;
}

export interface Marks {
  readonly prefix: string;
  readonly owner: string;
}

export const managedByLabel = 'app.kubernetes.io/managed-by';
export const instanceLabel = 'app.kubernetes.io/instance';

/** The kinds that a program works with: `operator/kinds/resources.ts` puts them together. */
export type Resources = (kind: string) => Resource;

/** What this layer asks for by itself, whatever is looked after. */
export const ownResources = {
  CustomResourceDefinition: {
    kind: 'CustomResourceDefinition',
    ...{ group: 'apiextensions.k8s.io', version: 'v1', plural: 'customresourcedefinitions' },
    namespaced: false,
    metadataOnly: true,
  },
  Lease: {
    ...{ kind: 'Lease', group: 'coordination.k8s.io', version: 'v1', plural: 'leases' },
    namespaced: true,
  },
  Event: {
    ...{ kind: 'Event', group: 'events.k8s.io', version: 'v1', plural: 'events' },
    namespaced: true,
  },
} as const satisfies Record<string, Resource>;

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
  if (resource.selector === undefined) return true;
  const [label = '', value] = resource.selector.split('=');
  return object.metadata.labels?.[label] === value;
}
