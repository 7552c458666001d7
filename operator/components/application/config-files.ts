import { createHash } from 'node:crypto';
import type { ConfigMap } from 'kubernetes-types/core/v1.d.ts';
import type {
  Bindings,
  ConfigFiles,
  ConfigMapContent,
  Manifest,
  Observed,
  Owned,
  Refusal,
  Site,
} from '../component.ts';
import { configFilesVolume, isTooLarge, wantedOf } from '../configuration.ts';

type Contents = ReadonlyMap<string, ConfigMapContent>;

/**
 * Where the content is known, for a release that is being made, the volumes hold the copies that are made of it. Elsewhere they
 * stand for those that the release mounts already (`releases/config-files.ts`).
 */
export function configFilesBindings(site: Site, { configMaps }: Observed): Required<Bindings> {
  const all = site.web.configFiles.map((files, at) => ({ files, volume: configFilesVolume(at) }));
  return {
    env: [],
    volumes: all.map(({ files, volume }) => ({
      name: volume,
      configMap: {
        name: copyName(site, copied(files, configMaps)),
        ...(files.configMap.items === undefined ? {} : { items: [...files.configMap.items] }),
      },
    })),
    mounts: all.map(({ files: { mountPath, subPath }, volume }) => ({
      name: volume,
      mountPath,
      readOnly: true,
      ...(subPath === undefined ? {} : { subPath }),
    })),
  };
}

/** Immutable and named by its content: a release that is gone back to finds the files that it ran with. */
export function configFilesCopies(site: Site, { configMaps }: Observed): Owned[] {
  if (configMaps === undefined) return [];
  return [...copies(site, configMaps)].map(([name, { data, binaryData }]) => ({
    object: {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name },
      immutable: true,
      ...(isEmpty(data) ? {} : { data: { ...data } }),
      ...(isEmpty(binaryData) ? {} : { binaryData: { ...binaryData } }),
    } satisfies ConfigMap & Manifest,
    lifetime: 'site',
    write: 'apply',
  }));
}

/** What a person must put right before a release can be made of it; words of the content are in no message. */
export function configFilesRefusals(site: Site, { configMaps }: Observed): Refusal[] {
  if (configMaps === undefined) return [];
  if (isTooLarge(copies(site, configMaps).values()))
    return [{ reason: 'ConfigMapTooLarge', message: tooLarge }];
  const missing = site.web.configFiles.flatMap((files) => missingOf(files, configMaps) ?? []);
  return missing.map((message) => ({ reason: 'ConfigMapNotFound', message }));
}

const tooLarge =
  'The files of spec.web.configFiles are more than 1 MiB in all. Name the keys that are wanted in items, or put large files into the image or the volume.';

function missingOf(files: ConfigFiles, contents: Contents): string | undefined {
  const { name, items } = files.configMap;
  const content = contents.get(name);
  if (content === undefined)
    return `The ConfigMap ${name} of spec.web.configFiles is not there. Create it, or correct the name; a release begins then.`;
  const keys = new Set([...Object.keys(content.data), ...Object.keys(content.binaryData)]);
  const lacking = (items ?? []).find(({ key }) => !keys.has(key));
  if (lacking !== undefined)
    return `The ConfigMap ${name} of spec.web.configFiles has no key ${lacking.key}. Add it, or correct items; a release begins then.`;
  const paths = items === undefined ? [...keys] : items.map(({ path }) => path);
  const { subPath } = files;
  if (subPath === undefined || paths.some((path) => path === subPath || path.startsWith(`${subPath}/`)))
    return undefined;
  return `Of the ConfigMap ${name} of spec.web.configFiles no file is named ${subPath}. Add the key, or correct subPath; a release begins then.`;
}

/** By name: entries that want the same share one. A key that is in several copies is stored as often. */
function copies(site: Site, contents: Contents): Map<string, ConfigMapContent> {
  const all = site.web.configFiles.flatMap((files) => copied(files, contents) ?? []);
  return new Map(all.map((content) => [copyName(site, content), content] as const));
}

function copied(files: ConfigFiles, contents: Contents | undefined): ConfigMapContent | undefined {
  const content = contents?.get(files.configMap.name);
  return content && wantedOf(content, [files]);
}

function copyName({ name }: Pick<Site, 'name'>, content: ConfigMapContent | undefined): string {
  if (content === undefined) return `${name}-config-unread`;
  const sorted = [content.data, content.binaryData].map((part) =>
    Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)),
  );
  return `${name}-config-${createHash('sha256').update(JSON.stringify(sorted)).digest('hex').slice(0, 16)}`;
}

function isEmpty(part: Readonly<Record<string, string>>): boolean {
  return Object.keys(part).length === 0;
}
