import type { ComponentName } from '../components/component.ts';

/** Which release a serving pod runs: the name of its ControllerRevision. */
export const revisionLabel = 'hostedsite.dev/revision';
/** Hash of an object as it was last applied: a pass that would send the same again sends nothing. */
export const appliedHashAnnotation = 'hostedsite.dev/applied-hash';
/** On a ControllerRevision: what became of the release, `Succeeded` or `Failed`. */
export const outcomeAnnotation = 'hostedsite.dev/outcome';
/** On one that failed: why. */
export const failureAnnotation = 'hostedsite.dev/failure';
/** On the HostedSite: another value asks for a release, of the same spec, that is rendered anew. */
export const restartAnnotation = 'hostedsite.dev/restartedAt';
/** On the HostedSite, with deletionPolicy Delete only: kept objects are deleted before the site goes. */
export const deleteDataFinalizer = 'hostedsite.dev/delete-data';
/** Field manager of children and of the finalizer; also the value of the label managed-by. */
export const manager = 'hostedsite';
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

export function componentLabels(site: { name: string }, component: ComponentName): Record<string, string> {
  return { ...siteLabels(site), 'app.kubernetes.io/component': component };
}

export function componentOf(object: { metadata: { labels?: Record<string, string> } }): string | undefined {
  return object.metadata.labels?.['app.kubernetes.io/component'];
}

export function belongsToSite(object: { labels?: Record<string, string> }, site: { name: string }): boolean {
  return Object.entries(siteLabels(site)).every(([label, value]) => object.labels?.[label] === value);
}
