import type * as z from 'zod';
import { atLeast, atMost, bytes, group, oneOf, resources } from '../../api/fields.ts';

export const objectCacheSpec = group(
  "A cache in memory for what the application looks up: one server of the site's own, which only its application and " +
    'its cron jobs reach. It is empty after each restart, and the application must serve without it. Default: none.',
  {
    engine: oneOf(
      ['Memcached', 'Valkey'],
      'Which server. Valkey speaks the protocol of Redis and asks for a password; the preset WordPress takes only that one. ' +
        'Memcached has no password: only the network keeps others away from it. Another engine begins empty.',
    ),
    memory: bytes(
      'Memory for stored values; what is used least goes when it is full. Bytes with a unit, from 16Mi to 64Gi. ' +
        'Default: by size.',
      [atLeast('16Mi'), atMost('64Gi')],
    ).exactOptional(),
    resources: resources('its server: its memory is to be 1.25 times `memory` and 48Mi').exactOptional(),
  },
);

export type ObjectCacheSpec = z.input<typeof objectCacheSpec>;
