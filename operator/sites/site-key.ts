import type { Manifest } from '../components/component.ts';
import { keyOf } from '../kube/key.ts';
import type { Key } from '../kube/key.ts';
import { instanceLabel, managedByLabel, manager } from '../kube/resources.ts';
import type { Index } from '../kube/watch/store.ts';
import { isOfTask } from '../objects/labels.ts';

export { keyOf as siteKey, splitKey } from '../kube/key.ts';

/** `namespace/name` of a HostedSite. */
export type SiteKey = Key;

/** The site that an object belongs to: a HostedSite to itself, a child by its labels. What a SiteTask made is the task's. */
export function siteKeyOf(object: Manifest): SiteKey | undefined {
  const { namespace, name, labels } = object.metadata;
  if (namespace === undefined || object.kind === 'SiteTask' || isOfTask(object)) return undefined;
  if (object.kind === 'HostedSite') return keyOf(namespace, name);
  const instance = labels?.[managedByLabel] === manager ? labels[instanceLabel] : undefined;
  return instance === undefined ? undefined : keyOf(namespace, instance);
}

/** A site's objects, pods included, without the site. */
export const bySite: Index = {
  name: 'site',
  of: (object) => (object.kind === 'HostedSite' ? undefined : siteKeyOf(object)),
};
