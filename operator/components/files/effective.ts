import type { Site } from '../component.ts';
import type { FilesSpec } from './spec.ts';

/** A list without a default. */
export const hidden = ['files.paths'];

export function effective({ files }: Site): { files?: FilesSpec } {
  if (files === undefined) return {};
  const { size, storageClassName, accessMode, mountPath } = files;
  return {
    files: {
      size,
      ...(storageClassName === undefined ? {} : { storageClassName }),
      accessMode,
      mountPath,
    },
  };
}
