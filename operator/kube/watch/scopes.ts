import type { Resource } from '../resources.ts';

/** What one watch tells of: a kind in one namespace, or wherever it is. */
export interface Scope {
  readonly resource: Resource;
  /** Absent: of the whole cluster. */
  readonly namespace?: string;
}

/** Where an operator looks. */
export interface View {
  /** Absent: everywhere. With a list nothing is asked for that is not in these namespaces. */
  readonly namespaces?: readonly string[] | undefined;
  /** The operator's own namespace: of kinds that say so its objects are seen too. */
  readonly home?: string | undefined;
}

/** The watches of a kind: one, or one in each namespace; none of a kind that has no namespace where only some are looked at. */
export function scopesOf(resource: Resource, { namespaces, home }: View): Scope[] {
  if (namespaces === undefined) return [{ resource }];
  if (!resource.namespaced) return [];
  const own = resource.home === true && home !== undefined ? [home] : [];
  return [...new Set([...namespaces, ...own])].map((namespace) => ({ resource, namespace }));
}
