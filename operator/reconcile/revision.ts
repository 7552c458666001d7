import type { Manifest, PodTemplate, Revision } from '../components/component.ts';
import { isRecord } from './difference.ts';

/** A revision as it is stored: its number may rise later, the rest never changes. */
export function controllerRevision(revision: Revision): Manifest {
  const { name, number, inputs, image, template } = revision;
  return {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: { name },
    revision: number,
    data: { inputs, image, template },
  };
}

/** Undefined when the object is not one of ours: nothing is run from what we did not write. */
export function storedRevision(object: Manifest): Revision | undefined {
  const { revision: number, data } = object;
  if (typeof number !== 'number' || !isRecord(data)) return undefined;
  const { inputs, image, template } = data;
  if (typeof inputs !== 'string' || typeof image !== 'string' || !isTemplate(template)) return undefined;
  return { name: object.metadata.name, number, inputs, image, template };
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
