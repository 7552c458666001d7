import { isDeepStrictEqual } from 'node:util';
import type { Manifest } from '../../operator/components/component.ts';
import type { Invariant } from './invariants-moment.ts';
import type { FeedKind, Seen } from './world-feed.ts';

const instance = 'app.kubernetes.io/instance';
const claim = 'hostedsite.dev/claim';

/** Objects of others carry `test: foreign`; nobody but their makers has anything to write there. */
export const foreignIsUntouched: Invariant = {
  name: "what is somebody else's stays untouched",
  begin:
    () =>
    ({ event, before }) => {
      const { object, type } = event;
      if (object.metadata.labels?.['test'] !== 'foreign' && before?.metadata.labels?.['test'] !== 'foreign')
        return [];
      const what = `${event.kind}/${object.metadata.name}`;
      if (type === 'DELETED') return [`${what} was deleted`];
      if (writers(object).some((manager) => manager.startsWith('hostedsite'))) return [`${what} was written`];
      const isSame = before === undefined || isDeepStrictEqual(content(before), content(object));
      return isSame ? [] : [`${what} was changed`];
    },
};

/**
 * Data has no owner, or the site that it goes with; everything else goes with the site that owns it, and is never handed to another.
 * Who orphans a site takes the owners away, and the next site may find what nobody owns.
 */
export const ownersAreRight: Invariant = {
  name: 'an object belongs to the site that it is labelled with',
  begin: () => {
    const sites = new Map<string, Set<string>>();
    const freed = new Set<string>();
    return ({ event, before }) => {
      const { kind, type, object } = event;
      const { name, uid = '' } = object.metadata;
      if (kind === 'HostedSite') known(sites, name).add(uid);
      if (kind === 'HostedSite' || type === 'DELETED' || !isOurs(object)) return [];
      if (claim in (object.metadata.labels ?? {})) return faultOfClaim(object, sites);
      if (wasFreed(before, object)) freed.add(uid);
      const mayBeFree = kept.has(kind) || freed.has(uid);
      const faults = [faultOf(event, sites, mayBeFree), handedOver(before, object)];
      return faults.filter((words) => words !== undefined).map((words) => `${kind}/${name} ${words}`);
    };
  },
};

function faultOf(
  { kind, object }: Seen,
  sites: ReadonlyMap<string, ReadonlySet<string>>,
  mayBeFree: boolean,
): string | undefined {
  if (mayBeFree && isFree(object)) return undefined;
  return (kept.has(kind) ? faultOfKept(object) : undefined) ?? faultOfOwned(object, sites);
}

function known(sites: Map<string, Set<string>>, name: string): Set<string> {
  const uids = sites.get(name) ?? new Set<string>();
  sites.set(name, uids);
  return uids;
}

function wasFreed(before: Manifest | undefined, after: Manifest): boolean {
  return before?.metadata.uid === after.metadata.uid && sitesOf(before).length > 0 && isFree(after);
}

export const servicesSelectTheirSite: Invariant = {
  name: 'a Service sends visitors to its own site only',
  begin:
    () =>
    ({ event: { kind, type, object } }) => {
      if (kind !== 'Service' || type === 'DELETED' || !isOurs(object)) return [];
      const { selector = {} } = object['spec'] as { selector?: Record<string, string> };
      const labels = object.metadata.labels ?? {};
      const isOwn = [instance, 'app.kubernetes.io/component'].every(
        (label) => selector[label] !== undefined && selector[label] === labels[label],
      );
      return isOwn ? [] : [`${object.metadata.name} selects ${JSON.stringify(selector)}`];
    },
};

const kept: ReadonlySet<FeedKind> = new Set(['PersistentVolumeClaim', 'Secret']);

/** The claim of a host has no owner, for it is in another namespace: it says itself whose it is. */
function faultOfClaim(
  { metadata: { name }, data }: Manifest,
  sites: ReadonlyMap<string, ReadonlySet<string>>,
): string[] {
  const { name: site = '', uid = '' } = data as { name?: string; uid?: string };
  return sites.get(site)?.has(uid) === true ? [] : [`${name} is of a site that there never was`];
}

function faultOfKept({ metadata: { ownerReferences = [] } }: Manifest): string | undefined {
  const holds = ownerReferences.some((one) => one.controller === true || one.blockOwnerDeletion === true);
  return holds ? 'is data and has a controller' : undefined;
}

function isFree({ metadata: { ownerReferences = [] } }: Manifest): boolean {
  return ownerReferences.length === 0;
}

/** A site that was deleted a moment ago may still get a child: the garbage collector takes it. One that never was may not. */
function faultOfOwned(
  { metadata }: Manifest,
  sites: ReadonlyMap<string, ReadonlySet<string>>,
): string | undefined {
  const { ownerReferences = [], labels = {} } = metadata;
  if (ownerReferences.length === 0) return 'belongs to nobody and would stay for ever';
  const owner = ownerReferences.find(({ kind }) => kind === 'HostedSite');
  const site = labels[instance] ?? '';
  if (owner === undefined) return undefined;
  if (owner.name !== site) return `is labelled with ${site} and belongs to ${owner.name}`;
  return sites.get(site)?.has(owner.uid) === true ? undefined : 'belongs to a site that there never was';
}

function handedOver(before: Manifest | undefined, after: Manifest): string | undefined {
  const isSame =
    before?.metadata.uid !== after.metadata.uid ||
    [sitesOf(before), sitesOf(after)].some((owners) => owners.length === 0) ||
    isDeepStrictEqual(sitesOf(before), sitesOf(after));
  return isSame ? undefined : 'got another owner';
}

function sitesOf(object: Manifest | undefined): string[] {
  return (object?.metadata.ownerReferences ?? [])
    .filter(({ kind }) => kind === 'HostedSite')
    .map(({ uid }) => uid);
}

function writers({ metadata }: Manifest): string[] {
  const { managedFields = [] } = metadata as { managedFields?: { manager?: string }[] };
  return managedFields.flatMap(({ manager }) => manager ?? []);
}

function content({
  metadata: { labels, annotations, ownerReferences, finalizers, deletionTimestamp },
  ...rest
}: Manifest) {
  const { status: _, ...body } = rest;
  return { labels, annotations, ownerReferences, finalizers, deletionTimestamp, body };
}

function isOurs({ metadata: { labels } }: Manifest): boolean {
  return labels?.['app.kubernetes.io/managed-by'] === 'hostedsite' && labels['test'] !== 'foreign';
}
