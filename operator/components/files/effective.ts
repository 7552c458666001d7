import type { Site } from '../component.ts';
import { filesMountPath } from '../pod/mount-paths.ts';
import type { FilesSpec } from './spec.ts';

/** A list without a default. */
export const hidden = ['files.paths'];

export function effective(site: Site): { files?: FilesSpec } {
  const { files } = site;
  if (files === undefined) return {};
  const { size, storageClassName, accessMode } = files;
  return {
    files: {
      size,
      ...(storageClassName === undefined ? {} : { storageClassName }),
      accessMode,
      mountPath: filesMountPath(site),
    },
  };
}
