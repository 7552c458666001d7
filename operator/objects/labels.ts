import type { ComponentName, Manifest } from '../components/component.ts';

/** Which release a serving pod runs: the name of its ControllerRevision. */
export const revisionLabel = 'hostedsite.dev/revision';
/** On the Job and the pods of a SiteTask: its name, and its UID. */
export const taskLabel = 'hostedsite.dev/task';
export const taskUidLabel = 'hostedsite.dev/task-uid';
/** Hash of an object as it was last applied: a pass that would send the same again sends nothing. */
export const appliedHashAnnotation = 'hostedsite.dev/applied-hash';
/** On pods of a release's command: the name of its ControllerRevision. */
export const releaseLabel = 'hostedsite.dev/release';
/** The same: when it runs, as the spec said when its Job was made. */
export const orderLabel = 'hostedsite.dev/order';
/** On a ControllerRevision: what became of the release, `Succeeded` or `Failed`. */
export const outcomeAnnotation = 'hostedsite.dev/outcome';
/** On a ControllerRevision: names of those that had succeeded when its release began, separated by commas. */
export const succeededBeforeAnnotation = 'hostedsite.dev/succeeded-before';
/** On one that failed: why. */
export const failureAnnotation = 'hostedsite.dev/failure';
/** On the HostedSite: another value asks for a release, of the same spec, that is rendered anew. */
export const restartAnnotation = 'hostedsite.dev/restartedAt';
/** On the HostedSite: objects that are the site's although nothing proves it, as `Kind/name`, separated by commas. */
export const adoptAnnotation = 'hostedsite.dev/adopt';
/** Earlier versions set it on sites with deletionPolicy Delete; it is only taken away. */
export const deleteDataFinalizer = 'hostedsite.dev/delete-data';
/** On a copy of credentials: of what Secret it is. */
export const copyOfAnnotation = 'hostedsite.dev/copy-of';
/** On a copy of credentials: UID of the site with which they are to go; empty or absent for none. */
export const goesWithAnnotation = 'hostedsite.dev/goes-with';
/** On a copy of credentials: UID of the site that may own the Secret, so that Kubernetes deletes it. Written before it does. */
export const ownedByAnnotation = 'hostedsite.dev/owned-by';
/** On a claim: what its owner references were last made to say. */
export const policyAnnotation = 'hostedsite.dev/deletion-policy';
/** Field manager of children; also the value of the label managed-by. */
export const manager = 'hostedsite';
/** Writes who owns data. */
export const dataManager = 'hostedsite-data';
/** Gives an object its owner back. */
export const adoptionManager = 'hostedsite-adoption';
/** Holds what an object no longer says, until whoever decides it from now on has written it. */
export const handOverManager = 'hostedsite-handover';
export const statusManager = 'hostedsite-status';

/** What the caches select sites' objects by, and what ties an object to its site. */
export function siteLabels(site: { name: string }): Record<string, string> {
  return {
    'app.kubernetes.io/name': 'hostedsite',
    'app.kubernetes.io/instance': site.name,
    'app.kubernetes.io/managed-by': manager,
  };
}

/**
 * On what outlives its site. It has the site's name as its instance label and no owner: an Argo CD that tracks by this label would
 * take it for a part of an Application of that name, and prune it: docs/understand/adr/0018-data-is-owned-as-its-policy-says.md.
 */
export const keptAnnotations = {
  'argocd.argoproj.io/compare-options': 'IgnoreExtraneous',
  'argocd.argoproj.io/sync-options': 'Prune=false,Delete=false',
};

export function componentLabels(
  site: { name: string },
  component: ComponentName | 'command',
): Record<string, string> {
  return { ...siteLabels(site), 'app.kubernetes.io/component': component };
}

export function componentOf(object: { metadata: { labels?: Record<string, string> } }): string | undefined {
  return object.metadata.labels?.['app.kubernetes.io/component'];
}

/**
 * Whether it is what a SiteTask made: it runs in a site, and is no part of it. Anybody may write the label alone, on a pod that serves
 * or on the Job of the installation, and must not hide it so.
 */
export function isOfTask({ kind, metadata }: Pick<Manifest, 'kind' | 'metadata'>): boolean {
  if (metadata.labels?.[taskLabel] === undefined) return false;
  if (kind === 'Pod') return componentOf({ metadata }) === 'command';
  const owners = metadata.ownerReferences ?? [];
  return kind === 'Job' && owners.some((one) => one.controller === true && one.kind === 'SiteTask');
}

export function belongsToSite(object: { labels?: Record<string, string> }, site: { name: string }): boolean {
  return Object.entries(siteLabels(site)).every(([label, value]) => object.labels?.[label] === value);
}
