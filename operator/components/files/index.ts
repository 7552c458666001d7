import { claimReport } from '../claim.ts';
import type { Bindings, Component, Site } from '../component.ts';
import { persistentVolumeClaim, wantedClaim } from './persistent-volume-claim.ts';
import { refusals } from './refusals.ts';

/** Where a site finds its volume whose preset knows no place for uploads. */
const plainPath = '/data';

export const files: Component = {
  name: 'files',
  kinds: ['PersistentVolumeClaim'],
  enabled: (site) => site.files !== undefined,
  bindings,
  refusals,
  manifests: (site, seen) => [persistentVolumeClaim(site, seen)],
  report: (site, seen) => claimReport(wantedClaim(site), seen),
};

function bindings(site: Site): Bindings {
  const { name: claimName } = wantedClaim(site);
  return {
    volumes: [{ name: 'files', persistentVolumeClaim: { claimName } }],
    mounts: [{ name: 'files', mountPath: site.preset.filesPath ?? plainPath }],
  };
}
