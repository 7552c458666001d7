import type { Refusal, Site } from '../component.ts';

/** Of every container: the kernel's, and what the kubelet writes. */
const ofTheContainer = ['/dev', '/proc', '/sys', '/etc/hostname', '/etc/hosts', '/etc/resolv.conf'];
/** Space for temporary files, beside that of the preset. */
const scratch = '/tmp';

export function scratchPaths({ preset }: Pick<Site, 'preset'>): string[] {
  return [scratch, ...preset.writablePaths];
}

interface Place {
  /** The field that it is written in. */
  field: string;
  mountPath: string;
}

/** Places that the user writes and that would be somebody else's. */
export function mountPathRefusals(site: Site): Refusal[] {
  const { filesPath, name } = site.preset;
  const places = written(site);
  const moved = site.files?.mountPath;
  const refused = [
    ...(moved !== undefined && filesPath !== undefined && moved !== filesPath
      ? [
          `spec.files.mountPath is ${moved}, and an application of the preset ${name} keeps its uploads at ${filesPath}. Leave mountPath out, and write files.paths for folders of the volume at other places.`,
        ]
      : []),
    ...places.flatMap((place) => takenByPlatform(place, site) ?? []),
    ...places.flatMap((place, at) => takenByOther(place, places.slice(0, at)) ?? []),
  ];
  return refused.map((message) => ({ reason: 'MountPathTaken', message }));
}

/** The volume's own first, written or not. */
function written(site: Site): Place[] {
  const { files, web } = site;
  const paths = files?.paths ?? [];
  return [
    ...(files === undefined ? [] : [{ field: 'spec.files.mountPath', mountPath: files.mountPath }]),
    ...paths.map(({ mountPath }) => ({ field: 'spec.files.paths', mountPath })),
    ...web.configFiles.map(({ mountPath }) => ({ field: 'spec.web.configFiles', mountPath })),
  ];
}

/** What is above a place would hide it, and what is below may be hidden, or be gone with the pod. */
function takenByPlatform({ field, mountPath }: Place, site: Site): string | undefined {
  const taken = [...ofTheContainer, ...scratchPaths(site)].find(
    (path) => isWithin(path, mountPath) || isWithin(mountPath, path),
  );
  if (taken !== undefined)
    return `${field} names the mountPath ${mountPath}, and ${taken} is the platform's own. Write another one, such as /srv/data.`;
  const { filesPath, name } = site.preset;
  if (filesPath === undefined || filesPath === mountPath || !isWithin(filesPath, mountPath)) return undefined;
  return `${field} names the mountPath ${mountPath}, which would hide the application of the preset ${name}. Write one below it, with subPath for a single file.`;
}

function takenByOther({ field, mountPath }: Place, others: readonly Place[]): string | undefined {
  const other = others.find((one) => one.mountPath === mountPath);
  if (other === undefined) return undefined;
  return `${field} names the mountPath ${mountPath}, where ${other.field} mounts something already. Write another one in one of the two.`;
}

/** Whether a path is the other one, or below it. */
function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}
