import { isDeepStrictEqual } from 'node:util';
import type { HostedSite } from '../../operator/kinds/hosted-site/hosted-site.ts';
import type { Manifest } from '../../operator/components/component.ts';
import type { Invariant, Moment } from './invariants-moment.ts';

const instance = 'app.kubernetes.io/instance';
const copyOf = 'hostedsite.dev/copy-of';
const goesWith = 'hostedsite.dev/goes-with';

export const claimsStay: Invariant = {
  name: 'a claim goes only after a site that owned it',
  begin: () => (moment) => {
    const { event, before } = moment;
    if (event.kind !== 'PersistentVolumeClaim' || !isOurs(event.object) || !endsNow(moment)) return [];
    if (before?.metadata.deletionTimestamp !== undefined) return [];
    const owners = ownersOf(before ?? event.object);
    const isOfGone = owners.length > 0 && owners.every((uid) => isOver(moment, uid));
    return isOfGone ? [] : [`${event.object.metadata.name} was deleted`];
  },
};

/** What a site owns Kubernetes deletes with it: the status says so before, until after. */
export const dataIsPromised: Invariant = {
  name: 'a claim is owned only while the status of its site says Delete',
  begin:
    () =>
    ({ event, there, namespace }) => {
      const isClaim = event.kind === 'PersistentVolumeClaim' && event.type !== 'DELETED';
      if (!isClaim && event.kind !== 'HostedSite') return [];
      const sites = there.list('HostedSite', namespace).filter((site) => !mayOwn(site));
      return there
        .list('PersistentVolumeClaim', namespace)
        .filter(isOurs)
        .filter((one) => sites.some(({ metadata }) => ownersOf(one).includes(metadata.uid ?? '')))
        .map(({ metadata }) => `${metadata.name} would go although nobody said so`);
    },
};

/** Without its copy a Secret that is deleted could never come back as it was. */
export const copiesStay: Invariant = {
  name: 'a copy of credentials goes only after its site, which was to take it along, and after the claims',
  begin: () => (moment) => {
    const { event, before, operatorNamespace } = moment;
    const isCopy = event.kind === 'Secret' && event.object.metadata.namespace === operatorNamespace;
    if (!isCopy || event.type !== 'DELETED') return [];
    const copy = before ?? event.object;
    const mayGo = isOver(moment, goesWithOf(copy)) && !isNeeded(moment, copy);
    return mayGo ? [] : [`the copy of ${copy.metadata.annotations?.[copyOf]} was deleted`];
  },
};

/** What is on a volume is closed without its password. */
function isNeeded({ there, namespace }: Moment, copy: Manifest): boolean {
  const name = copy.metadata.labels?.[instance];
  const claims = there.list('PersistentVolumeClaim', namespace);
  return claims.some(({ metadata }) => metadata.labels?.[instance] === name);
}

function goesWithOf({ metadata: { annotations = {} } }: Manifest): string {
  return annotations[goesWith] ?? '';
}

/** As long as the site wants it to go: what is once its own stays its own. */
export const dataIsNotForgotten: Invariant = {
  name: 'a claim that goes with a site is owned by it at its end',
  begin: () => {
    const given = new Set<string>();
    return (moment) => {
      const { kind, object } = moment.event;
      if (kind === 'PersistentVolumeClaim')
        for (const owner of ownersOf(object)) given.add(`${object.metadata.uid}/${owner}`);
      return endsWithData(moment.event) ? forgotten(moment, given) : [];
    };
  },
};

function forgotten({ event, there, namespace }: Moment, given: ReadonlySet<string>): string[] {
  const { uid = '' } = event.object.metadata;
  return there
    .list('PersistentVolumeClaim', namespace)
    .filter((one) => given.has(`${one.metadata.uid}/${uid}`) && !ownersOf(one).includes(uid))
    .map(({ metadata }) => `PersistentVolumeClaim/${metadata.name} was forgotten`);
}

function endsWithData({ kind, type, object }: Moment['event']): boolean {
  const isEnd = kind === 'HostedSite' && type === 'DELETED';
  return isEnd && policyOf(object) === 'Delete' && !isOrphaned(object);
}

/** Also not by being deleted and made anew, as long as the Secret or its copy was there to remember the values. */
export const secretsNeverChange: Invariant = {
  name: 'credentials never change',
  begin: () => {
    const known = new Map<string, unknown>();
    const went = new Map<string, string>();
    return (moment) => {
      const { event, before } = moment;
      if (event.kind !== 'Secret' || !isOurs(event.object)) return [];
      const name = originalName(event.object);
      if (isCopy(event.object)) went.set(name, goesWithOf(before ?? event.object));
      if (isForgotten(name, went, moment)) known.delete(name);
      if (event.type === 'DELETED') return [];
      const data = event.object['data'];
      const isChanged = known.has(name) && !isDeepStrictEqual(known.get(name), data);
      known.set(name, data);
      return isChanged ? [`${name} has other values than before, in ${whereOf(moment)}`] : [];
    };
  },
};

function isCopy({ metadata: { annotations = {} } }: Manifest): boolean {
  return annotations[copyOf] !== undefined;
}

/** Neither is there any more, and both were to go with a site that is gone. */
function isForgotten(name: string, went: ReadonlyMap<string, string>, moment: Moment): boolean {
  const { there, namespace } = moment;
  const isNowhere = there.get('Secret', namespace, name) === undefined && copy(moment, name) === undefined;
  return isNowhere && isOver(moment, went.get(name) ?? '');
}

function whereOf({ event, operatorNamespace }: Moment): string {
  return event.object.metadata.namespace === operatorNamespace ? 'the copy' : 'the Secret';
}

/** Values are made in the copy first, so at no moment there is a Secret without one that is equal. */
export const secretsAreTheirCopies: Invariant = {
  name: 'a Secret is equal to its copy',
  begin: () => (moment) => {
    const { event, there, namespace } = moment;
    if (event.kind !== 'Secret' || event.type === 'DELETED' || !isOurs(event.object)) return [];
    const name = originalName(event.object);
    const [own, other] = [there.get('Secret', namespace, name), copy(moment, name)];
    if (own === undefined) return [];
    if (other === undefined) return [`${name} was written before its copy`];
    return isDeepStrictEqual(own['data'], other['data']) ? [] : [`${name} differs from its copy`];
  },
};

export const oneWriter: Invariant = {
  name: 'one server at a time writes a database',
  begin:
    () =>
    ({ event, there, namespace }) => {
      if (event.kind !== 'Pod') return [];
      const servers = there.list('Pod', namespace).filter(isServer);
      const uids = new Set(servers.map(({ metadata }) => metadata.uid));
      return uids.size > 1 ? [`${servers.map(({ metadata }) => metadata.name).join(' and ')} at once`] : [];
    },
};

function isServer({ metadata, status }: Manifest): boolean {
  const { phase } = (status ?? {}) as { phase?: string };
  const isOver = phase === 'Succeeded' || phase === 'Failed';
  const isDatabase = metadata.labels?.['app.kubernetes.io/component'] === 'database';
  return isDatabase && !isOver && metadata.deletionTimestamp === undefined;
}

/** The site is gone, or another one, and its data was to go with it. */
function isOver({ there, namespace }: Moment, goesWithSite: string): boolean {
  const isThere = there.list('HostedSite', namespace).some(({ metadata }) => metadata.uid === goesWithSite);
  return goesWithSite !== '' && !isThere;
}

/** A finalizer of an earlier version keeps a site until its data is owned: it has nobody to tell it to. */
function mayOwn({ metadata: { finalizers = [], deletionTimestamp }, status }: Manifest): boolean {
  const { deletionPolicy } = (status ?? {}) as { deletionPolicy?: string };
  return (
    deletionPolicy === 'Delete' ||
    (deletionTimestamp !== undefined && finalizers.includes('hostedsite.dev/delete-data'))
  );
}

/** `kubectl delete --cascade=orphan`: the garbage collector has freed what it owned. */
function isOrphaned({ metadata: { finalizers = [] } }: Manifest): boolean {
  return finalizers.includes('orphan');
}

function ownersOf({ metadata: { ownerReferences = [] } }: Manifest): string[] {
  return ownerReferences.filter(({ kind }) => kind === 'HostedSite').map(({ uid }) => uid);
}

function policyOf(site: Manifest): string | undefined {
  return (site as unknown as HostedSite).spec.deletionPolicy;
}

function endsNow({ event }: Moment): boolean {
  return event.type === 'DELETED' || event.object.metadata.deletionTimestamp !== undefined;
}

function isOurs({ metadata: { labels } }: Manifest): boolean {
  return labels?.['app.kubernetes.io/managed-by'] === 'hostedsite';
}

function originalName({ metadata }: Manifest): string {
  return metadata.annotations?.[copyOf]?.split('/')[1] ?? metadata.name;
}

function copy({ there, namespace, operatorNamespace }: Moment, name: string): Manifest | undefined {
  return there
    .list('Secret', operatorNamespace)
    .find(({ metadata }) => metadata.annotations?.[copyOf] === `${namespace}/${name}`);
}
