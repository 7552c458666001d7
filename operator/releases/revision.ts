import type { Manifest, PodTemplate, Revision } from '../components/component.ts';
import { isRecord } from '../objects/difference.ts';
import { failureAnnotation, outcomeAnnotation, succeededBeforeAnnotation } from '../objects/labels.ts';

/** A revision as it is stored: its number and what became of it may change later, the rest never does. */
export function controllerRevision(revision: Revision): Manifest {
  const { name, number, inputs, image, resolvedImage, unresolved, restart } = revision;
  const { hosts, url, renames, template } = revision;
  const annotations = annotationsOf(revision);
  return {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: { name, ...(Object.keys(annotations).length === 0 ? {} : { annotations }) },
    revision: number,
    data: {
      inputs,
      image,
      ...(resolvedImage === undefined ? {} : { resolvedImage }),
      ...(unresolved === undefined ? {} : { unresolved }),
      ...(restart === undefined ? {} : { restart }),
      ...(hosts === undefined ? {} : { hosts, url }),
      ...(renames === undefined ? {} : { renames }),
      template,
    },
  };
}

function annotationsOf({ outcome, failure, succeededBefore = [] }: Revision): Record<string, string> {
  return {
    ...(outcome === undefined ? {} : { [outcomeAnnotation]: outcome }),
    ...(failure === undefined ? {} : { [failureAnnotation]: failure }),
    ...(succeededBefore.length === 0 ? {} : { [succeededBeforeAnnotation]: succeededBefore.join(',') }),
  };
}

/** Those of a site, oldest first. The labels alone do not tell: a StatefulSet's own revisions carry those of its pods. */
export function storedRevisions(owned: readonly Manifest[], uid: string): Revision[] {
  return owned
    .filter(
      ({ kind, metadata }) =>
        kind === 'ControllerRevision' && metadata.ownerReferences?.some((owner) => owner.uid === uid),
    )
    .flatMap((object) => storedRevision(object) ?? [])
    .sort((a, b) => a.number - b.number);
}

/** Undefined when the object is not one of ours: nothing is run from what we did not write. */
export function storedRevision(object: Manifest): Revision | undefined {
  const { revision: number, data } = object;
  if (typeof number !== 'number' || !isRecord(data)) return undefined;
  const { inputs, image, template, restart } = data;
  if (typeof inputs !== 'string' || typeof image !== 'string' || !isTemplate(template)) return undefined;
  const { name } = object.metadata;
  return {
    ...{ name, number, inputs, image },
    ...resolution(data),
    ...(typeof restart === 'string' ? { restart } : {}),
    ...address(data),
    template,
    ...whatBecame(object),
    ...othersThatSucceeded(object),
  };
}

function resolution({
  resolvedImage,
  unresolved,
}: Record<string, unknown>): Pick<Revision, 'resolvedImage' | 'unresolved'> {
  if (typeof resolvedImage === 'string') return { resolvedImage };
  return unresolved === true ? { unresolved } : {};
}

function address({
  hosts,
  url,
  renames,
}: Record<string, unknown>): Pick<Revision, 'hosts' | 'url' | 'renames'> {
  if (!Array.isArray(hosts) || typeof url !== 'string') return {};
  return { hosts: hosts as string[], url, ...(renames === true ? { renames } : {}) };
}

function othersThatSucceeded({ metadata }: Manifest): Pick<Revision, 'succeededBefore'> {
  const names = metadata.annotations?.[succeededBeforeAnnotation] ?? '';
  return names === '' ? {} : { succeededBefore: names.split(',') };
}

function whatBecame({ metadata: { annotations = {} } }: Manifest): Pick<Revision, 'outcome' | 'failure'> {
  const { [outcomeAnnotation]: outcome, [failureAnnotation]: failure } = annotations;
  if (outcome === 'Succeeded') return { outcome };
  return outcome === 'Failed' ? { outcome, ...(failure === undefined ? {} : { failure }) } : {};
}

/** Names of the ConfigMaps that a template mounts. */
export function mountedConfigMaps(template: PodTemplate): string[] {
  const volumes = Array.isArray(template.spec['volumes']) ? (template.spec['volumes'] as unknown[]) : [];
  return volumes.flatMap((volume) => {
    const source = isRecord(volume) ? volume['configMap'] : undefined;
    return isRecord(source) && typeof source['name'] === 'string' ? [source['name']] : [];
  });
}

function isTemplate(value: unknown): value is PodTemplate {
  return isRecord(value) && isRecord(value['metadata']) && isRecord(value['spec']);
}
