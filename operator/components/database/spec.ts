import type * as z from 'zod';
import {
  bytes,
  fixed,
  group,
  oneOf,
  onlyGrows,
  resources,
  storageClassName,
  whole,
} from '../../api/fields.ts';

/** What `database` means where nothing is written. The volume and the resources go by size. */
export const databaseDefaults = { replicas: 1 } as const;

export const databaseSpec = group(
  "The site's own database. Without this block there is none. Removed from a running site it stops the server and " +
    'keeps the data and the credentials, which only go with the site itself; written again it finds them. Default: none.',
  {
    engine: oneOf(['MariaDB'], 'Which server. Cannot change later.'),
    replicas: whole(
      `Number of database servers; only 1 is accepted for now. Default: ${databaseDefaults.replicas}.`,
      {
        min: 1,
        max: 3,
        rules: [
          {
            rule: 'self == 1',
            message: 'write 1 or leave replicas out: more than one database server is not supported yet',
          },
        ],
      },
    ).exactOptional(),
    storage: group('The volume of the database. Default: by size.', {
      size: bytes(
        'Size of the volume. Bytes with a unit, such as 10Gi. It can only grow. Default: by size.',
      ).exactOptional(),
      storageClassName: storageClassName('the volume').exactOptional(),
    }).exactOptional(),
    resources: resources('the database server').exactOptional(),
  },
  [
    fixed('engine', 'the engine cannot change: make a new site and move the data there'),
    onlyGrows('storage.size'),
  ],
);

export type DatabaseSpec = z.input<typeof databaseSpec>;
