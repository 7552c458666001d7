import type { Manifest } from '../components/component.ts';
import { keyOf } from '../kube/key.ts';
import type { Key } from '../kube/key.ts';
import { instanceLabel, managedByLabel } from '../kube/resources.ts';
import type { Index } from '../kube/watch/store.ts';
import { isOfTask, manager } from '../objects/labels.ts';

export { keyOf as siteKey, splitKey } from '../kube/key.ts';

/** `namespace/name` of a HostedSite. */
export type SiteKey = Key;

/** The site that an object belongs to: a HostedSite to itself, a child by its labels. What a SiteTask made is the task's. */
export function siteKeyOf(object: Manifest): SiteKey | undefined {
  const { namespace, name } = object.metadata;
  if (object.kind === 'SiteTask' || isOfTask(object)) return undefined;
  if (object.kind === 'HostedSite') return namespace === undefined ? undefined : keyOf(namespace, name);
  return labelledKeyOf(object);
}

function labelledKeyOf({ metadata: { namespace, labels } }: Manifest): SiteKey | undefined {
  const instance = labels?.[managedByLabel] === manager ? labels[instanceLabel] : undefined;
  return instance === undefined || namespace === undefined ? undefined : keyOf(namespace, instance);
}

/** Pods of tasks by the site that they run in: they are no part of it, and it may have to wait for them. */
export const taskPods: Index = {
  name: 'task-pods',
  of: (object) => (object.kind === 'Pod' && isOfTask(object) ? labelledKeyOf(object) : undefined),
};

/** A site's objects, pods included, without the site. */
export const bySite: Index = {
  name: 'site',
  of: (object) => (object.kind === 'HostedSite' ? undefined : siteKeyOf(object)),
};
