import { claimReport } from '../claim.ts';
import type { Bindings, Component, Site, VolumeMount } from '../component.ts';
import { kept } from '../rights.ts';
import { condition, reasons } from './condition.ts';
import { effective, hidden } from './effective.ts';
import { persistentVolumeClaim, wantedClaim } from './persistent-volume-claim.ts';
import { refusals } from './refusals.ts';
import { resolve } from './resolve.ts';
import { filesSpec } from './spec.ts';
import type { FilesSpec } from './spec.ts';
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
  inputs: ({ files: written }: { files?: FilesSpec }, { files: kept }) => ({
    files: kept && { accessMode: kept.accessMode, mountPath: written?.mountPath, paths: kept.paths },
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
    mounts: (site.files === undefined ? [] : [site.files, ...(site.files.paths ?? [])]).map(mount),
  };
}

function mount({ mountPath, subPath }: { mountPath: string; subPath?: string }): VolumeMount {
  return { name: 'files', mountPath, ...(subPath === undefined ? {} : { subPath }) };
}
