import { claim } from '../claim.ts';
import type { WantedClaim } from '../claim.ts';
import type { Observed, Owned, Site } from '../component.ts';
import { names } from './names.ts';

/**
 * Written here and not by the StatefulSet, which would make a lost claim anew, and the server would begin with an empty
 * database as if nothing had happened.
 */
export function persistentVolumeClaim(site: Site, seen: Observed): Owned {
  return { object: claim(wantedClaim(site), seen), lifetime: 'kept', write: 'apply' };
}

export function wantedClaim(site: Site): WantedClaim {
  if (site.database === undefined) throw new Error('a site without a database has no claim for it');
  return {
    name: names(site).claim,
    holds: 'the database',
    field: 'spec.database.storage',
    accessMode: 'ReadWriteOnce',
    ...site.database.storage,
  };
}
