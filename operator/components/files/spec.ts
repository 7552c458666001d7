import type * as z from 'zod';
import {
  bytes,
  fixed,
  group,
  listBy,
  mountPath,
  oneOf,
  onlyGrows,
  storageClassName,
  subPath,
} from '../../api/fields.ts';
import type { Rule } from '../../api/fields.ts';

/** What `files` means where nothing is written; of the place a preset may say another one. The size goes by size. */
export const filesDefaults = { accessMode: 'ReadWriteOnce', mountPath: '/data' } as const;

export const filesSpec = group(
  'The volume of uploaded files. Removed from a running site, it is kept and only goes with the site itself; written again it is found. ' +
    'Default: a volume by size where the preset keeps uploads on disk (WordPress), else none.',
  {
    size: bytes(
      'Size of the volume. Bytes with a unit, such as 10Gi. It can only grow. Default: by size.',
    ).exactOptional(),
    storageClassName: storageClassName('the volume').exactOptional(),
    accessMode: oneOf(
      ['ReadWriteOnce', 'ReadWriteMany'],
      `ReadWriteMany is needed for two or more replicas. Cannot change later. Default: ${filesDefaults.accessMode}.`,
    ).exactOptional(),
    mountPath: mountPath(
      `Where the whole volume is in every pod of the site. What is stored stays in the volume, wherever that is mounted. Default: where the preset keeps uploads (WordPress, which takes no other place), else ${filesDefaults.mountPath}.`,
    ).exactOptional(),
    paths: listBy(
      'mountPath',
      group('A folder of the volume at another place too.', {
        subPath: subPath(
          'The folder, as a path below the root of the volume; made empty where it is not there.',
        ),
        mountPath: mountPath('Where it is.'),
      }),
      'Folders of the volume that are mounted at places of their own as well, such as themes beside uploads. What the image has at these places is hidden. Default: none.',
      { max: 16 },
    ).exactOptional(),
  },
);

/**
 * Rules of the whole spec, because a preset can have a volume without this block.
 * `kept` is CEL: of the spec before and after, that there was a volume and still is.
 */
export function filesRules(kept: string): Rule[] {
  return [
    onlyGrows('files.size', kept),
    fixed(
      'files.accessMode',
      `the access mode of a volume cannot change: write the old one (left out it is ${filesDefaults.accessMode})`,
      { leftOut: filesDefaults.accessMode, where: kept },
    ),
  ];
}

export type FilesSpec = z.input<typeof filesSpec>;
