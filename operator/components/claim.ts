import type { PersistentVolumeClaim } from 'kubernetes-types/core/v1.d.ts';
import type { ComponentCondition, Manifest, Observed, Refusal, Report, Site } from './component.ts';
import { live } from './live.ts';
import type { Live } from './live.ts';
import { bytes } from '../api/quantity.ts';

/** A volume of a site, as it was resolved. */
export interface WantedClaim {
  name: string;
  /** What it holds, for sentences: `the database`. */
  holds: string;
  /** The field of the spec that these values are written in: `spec.files`. */
  field: string;
  size: string;
  storageClassName?: string;
  accessMode: 'ReadWriteOnce' | 'ReadWriteMany';
}

type Claim = Live<'PersistentVolumeClaim'>;

export function liveClaim(seen: Pick<Observed, 'owned'>, name: string): Claim | undefined {
  return live(seen, 'PersistentVolumeClaim', name);
}

/** One that goes, with its data, is not there for what is made anew. */
function existing(seen: Pick<Observed, 'owned' | 'site'>, name: string): Claim | undefined {
  const found = liveClaim(seen, name);
  return found === undefined || isLeaving(found, seen) ? undefined : found;
}

/** It waits for the end of the pods that use it; or the garbage collector has not come to it yet. */
function isLeaving(claim: Claim, { site }: Pick<Observed, 'site'>): boolean {
  const owners = claim.metadata.ownerReferences ?? [];
  const isOurs = owners.some(({ uid }) => uid === site.metadata.uid);
  return claim.metadata.deletionTimestamp !== undefined || (!isOurs && isOfFormerSite(claim, site.metadata));
}

/** Left by a site of the same name that is gone: what it lacks, no pod of this site has lost. */
export function isOfFormerSite({ metadata }: Manifest, { uid }: Pick<Site, 'uid'>): boolean {
  return metadata.ownerReferences?.some((owner) => owner.kind === 'HostedSite' && owner.uid !== uid) === true;
}

/**
 * The claim to write. Of a claim that exists the class cannot change, and the size only grows: a smaller default after a
 * change of `spec.size` is no wish to shrink. The class is written out even where it is the default one, so that a
 * claim that was kept from a former site is asked for as it is.
 */
export function claim(desired: WantedClaim, seen: Observed): Manifest {
  const { name, size, accessMode } = desired;
  const found = existing(seen, name);
  const className = found?.spec?.storageClassName ?? desired.storageClassName ?? defaultClass(seen);
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name },
    spec: {
      accessModes: [accessMode],
      ...(className === undefined ? {} : { storageClassName: className }),
      resources: { requests: { storage: found && !isGrowth(desired, found) ? storageOf(found) : size } },
    },
  } satisfies PersistentVolumeClaim & Manifest;
}

/** Undefined as well where several are marked: Kubernetes chooses among them. */
function defaultClass({ storageClasses = new Map() }: Observed): string | undefined {
  const names = [...storageClasses].flatMap(([name, { isDefault }]) => (isDefault ? [name] : []));
  return names.length === 1 ? names[0] : undefined;
}

export function claimRefusals(desired: WantedClaim, seen: Observed): Refusal[] {
  const found = existing(seen, desired.name);
  const isBound = found?.status?.phase === 'Bound';
  const missing = isBound ? undefined : classRefusal(desired, seen);
  const rejected = found === undefined ? [] : changes(desired, found, seen);
  return [...(missing === undefined ? [] : [missing]), ...rejected];
}

function classRefusal({ holds, field, storageClassName }: WantedClaim, seen: Observed): Refusal | undefined {
  // Whoever may not look at the classes says of none that it is not there: the claim tells.
  if (seen.storageClasses === undefined) return undefined;
  const reason = 'StorageClassNotFound';
  if (storageClassName !== undefined) {
    if (seen.storageClasses.has(storageClassName)) return undefined;
    const message = `The StorageClass ${storageClassName} for ${holds} does not exist.`;
    return {
      reason,
      message: `${message} Name one in ${field}.storageClassName that kubectl get storageclass lists.`,
    };
  }
  if ([...seen.storageClasses.values()].some(({ isDefault }) => isDefault)) return undefined;
  const message = `The cluster has no default StorageClass and the site names none for ${holds}.`;
  return { reason, message: `${message} Write ${field}.storageClassName.` };
}

function changes(desired: WantedClaim, found: Claim, seen: Observed): Refusal[] {
  const { name, holds, field, storageClassName, accessMode } = desired;
  const className = found.spec?.storageClassName;
  const modes = found.spec?.accessModes ?? [];
  const refused: (string | false)[] = [
    storageClassName !== undefined &&
      className !== undefined &&
      className !== storageClassName &&
      `The claim ${name} of ${holds} has the StorageClass ${className}, which cannot change. Write ${field}.storageClassName: ${className}.`,
    !modes.includes(accessMode) &&
      `The claim ${name} of ${holds} has the access mode ${modes.join(', ')}, which cannot change. Write that one, or delete the claim with its data.`,
    isGrowth(desired, found) &&
      lacksGrowth(found, seen) &&
      `The StorageClass ${className} lets no volume grow, and the claim ${name} of ${holds} has ${storageOf(found)}. Ask the administrator for allowVolumeExpansion: true in the class, or make the site anew with ${storageOf(found)}: with deletionPolicy Retain it finds its data again.`,
  ];
  return refused.flatMap((message) => (message === false ? [] : [{ reason: 'VolumeRejected', message }]));
}

function storageOf(found: Claim): string {
  return found.spec?.resources?.requests?.['storage'] ?? '0';
}

function isGrowth({ size }: WantedClaim, found: Claim): boolean {
  return bytes(size) > bytes(storageOf(found));
}

function lacksGrowth(found: Claim, { storageClasses }: Observed): boolean {
  const facts = storageClasses?.get(found.spec?.storageClassName ?? '');
  return storageClasses !== undefined && facts?.allowVolumeExpansion !== true;
}

/** How far a claim has come. */
export function claimReport(
  desired: WantedClaim,
  seen: Pick<Observed, 'owned' | 'site' | 'storageClasses'>,
): Report {
  const { name, holds } = desired;
  const found = liveClaim(seen, name);
  if (found !== undefined && isLeaving(found, seen)) return leaving(desired);
  if (found?.status?.phase === 'Lost') return lost(name, holds);
  if (found !== undefined && couldNotGrow(found)) {
    const message = `The volume of ${holds} could not grow. kubectl describe pvc ${name} says why.`;
    return { ready: { status: 'False', reason: 'VolumeRejected', message }, stalled: true };
  }
  const ready = progress(name, holds, found);
  const more = ready.status === 'True' ? larger(desired, seen) : '';
  const message = ready.message + more;
  return {
    ready: { ...ready, message: isBlind(ready, seen) ? message + unseenClass(desired, found) : message },
  };
}

/** Something is waited for that a class may be the cause of, and nobody may look at classes. */
function isBlind(
  { status }: ComponentCondition,
  { storageClasses }: Pick<Observed, 'storageClasses'>,
): boolean {
  return status === 'Unknown' && storageClasses === undefined;
}

/** The API server and whoever makes volumes know it; what they say of the claim shows on the claim. */
function unseenClass({ name, storageClassName }: WantedClaim, found: Claim | undefined): string {
  const className = found?.spec?.storageClassName ?? storageClassName;
  const what = className === undefined ? 'a default StorageClass' : `the StorageClass ${className}`;
  return ` Whether ${what} is there, and lets volumes grow, cannot be seen: the operator is limited to namespaces. kubectl describe pvc ${name} says more.`;
}

function couldNotGrow({ status }: Claim): boolean {
  return status?.conditions?.some((one) => resizeErrors.has(one.type) && one.status === 'True') === true;
}

function leaving({ name, holds }: WantedClaim): Report {
  const message = `The claim ${name} of ${holds} is being deleted, with what is in it; what needs one waits until it is gone.`;
  return { ready: { status: 'Unknown', reason: 'Provisioning', message } };
}

/** A size that is written and less than what is there changes nothing, so it is told; one by `size` is nobody's wish to shrink. */
export function larger({ name, field, size }: WantedClaim, seen: Pick<Observed, 'owned' | 'site'>): string {
  const { files, database } = seen.site.spec;
  const written = field === 'spec.files' ? files?.size : database?.storage?.size;
  const found = existing(seen, name);
  if (found === undefined || written === undefined || bytes(size) >= bytes(storageOf(found))) return '';
  return ` It has ${storageOf(found)} and cannot shrink to the ${size} of ${field}.size: write ${storageOf(found)} there.`;
}

const resizeErrors: ReadonlySet<string> = new Set(['ControllerResizeError', 'NodeResizeError']);

function lost(name: string, holds: string): Report {
  const message = `The volume behind the claim ${name} of ${holds} is gone. Restore it, or delete the claim to give its data up.`;
  return { ready: { status: 'False', reason: 'VolumeLost', message }, stalled: true };
}

function progress(name: string, holds: string, found: Claim | undefined): ComponentCondition {
  if (found?.status?.phase !== 'Bound') {
    const className = found?.spec?.storageClassName;
    const from = className === undefined ? '' : ` by the StorageClass ${className}`;
    const message = `The volume of ${holds} is being made${from}; some classes wait for the first pod that uses it.`;
    return { status: 'Unknown', reason: 'Provisioning', message };
  }
  const capacity = found.status.capacity?.['storage'];
  if (capacity !== undefined && bytes(capacity) < bytes(storageOf(found))) {
    const message = `The volume of ${holds} grows to ${storageOf(found)}; some classes wait for its pods to start anew.`;
    return { status: 'Unknown', reason: 'Resizing', message };
  }
  return {
    status: 'True',
    reason: 'Bound',
    message: `The volume of ${holds} is there, in the claim ${name}.`,
  };
}
