import type { Site, Sources } from '../component.ts';
import { filesDefaults } from './spec.ts';
import type { FilesSpec } from './spec.ts';

export function resolve({ files }: { files?: FilesSpec }, { preset, size }: Sources): Pick<Site, 'files'> {
  if (files === undefined && preset.filesPath === undefined) return {};
  const mountPath = preset.filesPath ?? filesDefaults.mountPath;
  return { files: { size: size.files.size, accessMode: filesDefaults.accessMode, mountPath, ...files } };
}
