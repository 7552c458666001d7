import { claimReport } from '../claim.ts';
import type { Bindings, Component, Site } from '../component.ts';
import { filesMountPath } from '../pod/mount-paths.ts';
import { kept } from '../rights.ts';
import { condition, reasons } from './condition.ts';
import { effective, hidden } from './effective.ts';
import { persistentVolumeClaim, wantedClaim } from './persistent-volume-claim.ts';
import { refusals } from './refusals.ts';
import { resolve } from './resolve.ts';
import { filesSpec } from './spec.ts';
import { words } from './words.ts';
import { sizes } from './sizes.ts';

const declared = { condition, reasons, sizes };

export const files: Component<typeof declared> = {
  name: 'files',
  ...declared,
  rights: kept('PersistentVolumeClaim'),
  fields: { files: filesSpec },
  words,
  resolve,
  effective,
  hidden,
  inputs: (_spec, { files: kept }) => ({
    files: kept && { accessMode: kept.accessMode, mountPath: kept.mountPath, paths: kept.paths },
  }),
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
