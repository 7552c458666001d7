import { holdsConfigFiles } from '../components/config-files-volume.ts';
import type {
  ConfigMapContent,
  Container,
  Gathered,
  Observed,
  PodTemplate,
  Revision,
  Site,
  Volume,
  VolumeMount,
} from '../components/component.ts';
import type { Cluster } from '../kube/cluster.ts';
import type { Decision } from './decision.ts';
import { isRecord } from './difference.ts';

/**
 * Files of configuration belong to a release: ConfigMaps of users are read when one is made, copied, and not looked at again. A
 * pass that makes none renders with names that stand for the copies; what is told, compared and run has those of the release.
 */

/** The release that the spec asks for is made now, of content that nobody has read. */
export function asksForConfigMaps({ site, release }: Decision, seen: Observed): boolean {
  const isNew = seen.revisions.every(({ name }) => name !== release.wanted.name);
  return site.web.configFiles.length > 0 && seen.configMaps === undefined && isNew;
}

/** What was observed, with the ConfigMaps as they are now. One after the other: each may be large. */
export async function withConfigMaps(
  { namespace, web }: Site,
  seen: Observed,
  cluster: Pick<Cluster, 'read'>,
): Promise<Observed> {
  const configMaps = new Map<string, ConfigMapContent>();
  for (const name of new Set(web.configFiles.map(({ configMap }) => configMap.name))) {
    const found = await cluster.read('ConfigMap', namespace, name);
    if (found !== undefined)
      configMaps.set(name, { data: texts(found['data']), binaryData: texts(found['binaryData']) });
  }
  return { ...seen, configMaps };
}

function texts(value: unknown): Record<string, string> {
  return isRecord(value) ? (value as Record<string, string>) : {};
}

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
