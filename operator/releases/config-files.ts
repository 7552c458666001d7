import { holdsConfigFiles } from '../components/configuration.ts';
import type {
  Container,
  Gathered,
  PodTemplate,
  Revision,
  Volume,
  VolumeMount,
} from '../components/component.ts';
import { isRecord } from '../objects/difference.ts';

/**
 * Files of configuration belong to a release (`config-maps.ts` reads them). A pass that makes none renders with names that stand for
 * the copies; what is told, compared and run has those of the release.
 */

/** For pods beside those that serve: the files of the release that they belong to. */
export function withFilesOf({ template }: Pick<Revision, 'template'>, all: Gathered): Gathered {
  const { volumes, mounts } = all.bindings;
  const isOther = (one: { name: string }) => !holdsConfigFiles(one);
  const containers = (template.spec['containers'] ?? []) as Container[];
  const mounted = containers.flatMap((one) => (one['volumeMounts'] ?? []) as VolumeMount[]);
  return {
    ...all,
    bindings: {
      ...all.bindings,
      volumes: [...volumes.filter(isOther), ...volumesOf(template).filter(holdsConfigFiles)],
      mounts: [...mounts.filter(isOther), ...mounted.filter(holdsConfigFiles)],
    },
  };
}

/** The same rendering with the copies that another one mounts: which these are is no question of how it is rendered. */
export function withCopiesOf(template: PodTemplate, rendered: PodTemplate): PodTemplate {
  const copies = new Map(volumesOf(template).map(({ name, configMap }) => [name, configMap] as const));
  const volumes = volumesOf(rendered);
  if (!volumes.some(holdsConfigFiles)) return rendered;
  const renamed = volumes.map((volume) =>
    holdsConfigFiles(volume) ? renamedAs(copies.get(volume.name), volume) : volume,
  );
  return { ...rendered, spec: { ...rendered.spec, volumes: renamed } };
}

function renamedAs(copy: unknown, volume: Volume): Volume {
  const { configMap } = volume;
  if (!isRecord(copy) || !isRecord(configMap)) return volume;
  return { ...volume, configMap: { ...configMap, name: copy['name'] } };
}

function volumesOf({ spec }: PodTemplate): Volume[] {
  return (spec['volumes'] ?? []) as Volume[];
}
