import { claimReport } from '../claim.ts';
import type { Bindings, Component, Site } from '../component.ts';
import { filesMountPath } from '../pod/mount-paths.ts';
import { kept } from '../rights.ts';
import { condition, reasons } from './condition.ts';
import { persistentVolumeClaim, wantedClaim } from './persistent-volume-claim.ts';
import { refusals } from './refusals.ts';

export const files: Component<typeof condition, typeof reasons> = {
  name: 'files',
  condition,
  reasons,
  rights: kept('PersistentVolumeClaim'),
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
    mounts: [
      { name: 'files', mountPath: filesMountPath(site) },
      ...(site.files?.paths ?? []).map(({ subPath, mountPath }) => ({ name: 'files', mountPath, subPath })),
    ],
  };
}
