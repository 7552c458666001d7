import { claimRefusals, isOfFormerSite, liveClaim } from '../claim.ts';
import type { Observed, Refusal, Site } from '../component.ts';
import { live } from '../live.ts';
import { names } from './names.ts';
import { wantedClaim } from './persistent-volume-claim.ts';

export function refusals(site: Site, seen: Observed): Refusal[] {
  return [...claimRefusals(wantedClaim(site), seen), ...volumeLost(site, seen)];
}

/** The claim is written before the StatefulSet: one without the other means that the data is lost. */
function volumeLost(site: Site, seen: Observed): Refusal[] {
  const { server, claim } = names(site);
  const found = live(seen, 'StatefulSet', server);
  if (found === undefined || isOfFormerSite(found, site) || liveClaim(seen, claim) !== undefined) return [];
  const message =
    `The claim ${claim} of the database is gone, and no empty one is put in its place. ` +
    `Restore it under this name with the labels app.kubernetes.io/instance: ${site.name} and app.kubernetes.io/managed-by: hostedsite, or delete the StatefulSet ${server} to begin with an empty database.`;
  return [{ reason: 'VolumeLost', message }];
}
