import { claim } from '../claim.ts';
import type { WantedClaim } from '../claim.ts';
import type { Observed, Owned, Site } from '../component.ts';

/** Kept: uploads outlive the site unless its deletionPolicy is Delete. */
export function persistentVolumeClaim(site: Site, seen: Observed): Owned {
  return { object: claim(wantedClaim(site), seen), lifetime: 'kept', write: 'apply' };
}

export function wantedClaim({ name, files }: Site): WantedClaim {
  if (files === undefined) throw new Error('a site without files has no claim for them');
  return { name: `${name}-files`, holds: 'the uploaded files', field: 'spec.files', ...files };
}
