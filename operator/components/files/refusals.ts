import type { Deployment } from 'kubernetes-types/apps/v1.d.ts';
import { claimRefusals, isOfFormerSite, liveClaim } from '../claim.ts';
import type { Observed, Refusal, Site } from '../component.ts';
import { live } from '../live.ts';
import { mostReplicas } from '../pod/replicas.ts';
import { wantedClaim } from './persistent-volume-claim.ts';

export function refusals(site: Site, seen: Observed): Refusal[] {
  return [
    ...claimRefusals(wantedClaim(site), seen),
    ...accessModeConflict(site, seen),
    ...volumeLost(site, seen),
  ];
}

function accessModeConflict(site: Site, seen: Observed): Refusal[] {
  const most = mostReplicas(site, seen);
  if (site.files?.accessMode !== 'ReadWriteOnce' || most < 2) return [];
  const isMoreThanWritten = site.autoscaling !== undefined || most > site.replicas;
  const message =
    `The site ${isMoreThanWritten ? 'may have' : 'has'} ${most} replicas, and its volume of uploaded files is ReadWriteOnce, which serves one node only. ` +
    `Write ${isMoreThanWritten ? 'neither autoscaling nor boost' : 'replicas: 1'}, or make a site with files.accessMode: ReadWriteMany and a StorageClass that offers it.`;
  return [{ reason: 'AccessModeConflict', message }];
}

/**
 * The claim is written before the Deployment that mounts it, so a Deployment whose pods once ran with it and no claim
 * means that the uploads are lost: an empty volume in their place would look like a site that is well.
 */
function volumeLost(site: Site, seen: Observed): Refusal[] {
  const { name } = wantedClaim(site);
  const deployment = live(seen, 'Deployment', `${site.name}-web`);
  if (deployment === undefined || liveClaim(seen, name) !== undefined) return [];
  if (isOfFormerSite(deployment, site) || !mounts(deployment, name) || !hasServed(deployment)) return [];
  const message =
    `The claim ${name} of the uploaded files is gone, and no empty one is put in its place. ` +
    `Restore it under this name with the labels app.kubernetes.io/instance: ${site.name} and app.kubernetes.io/managed-by: hostedsite, or delete the Deployment ${site.name}-web to begin without uploads.`;
  return [{ reason: 'VolumeLost', message }];
}

function mounts({ spec }: Deployment, claimName: string): boolean {
  const volumes = spec?.template.spec?.volumes ?? [];
  return volumes.some(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName === claimName);
}

function hasServed({ status }: Deployment): boolean {
  return (
    status?.conditions?.some(
      ({ type, reason }) => type === 'Progressing' && reason === 'NewReplicaSetAvailable',
    ) ?? false
  );
}
