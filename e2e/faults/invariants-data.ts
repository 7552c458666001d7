import { isDeepStrictEqual } from 'node:util';
import type { HostedSite } from '../../operator/api/hosted-site.ts';
import type { Manifest } from '../../operator/components/component.ts';
import type { Invariant, Moment } from './invariants-moment.ts';

const instance = 'app.kubernetes.io/instance';
const copyOf = 'hostedsite.dev/copy-of';

export const claimsStay: Invariant = {
  name: 'a claim goes only with a site that is deleted with deletionPolicy Delete',
  begin: () => (moment) => {
    const { event, before } = moment;
    if (event.kind !== 'PersistentVolumeClaim' || !isOurs(event.object) || !endsNow(moment)) return [];
    if (before?.metadata.deletionTimestamp !== undefined) return [];
    return dataMayGo(moment, event.object) ? [] : [`${event.object.metadata.name} was deleted`];
  },
};

/** Without its copy a Secret that is deleted could never come back as it was. */
export const copiesStay: Invariant = {
  name: 'a copy of credentials goes only with a site that is deleted with deletionPolicy Delete',
  begin: () => (moment) => {
    const { event, operatorNamespace } = moment;
    const isCopy = event.kind === 'Secret' && event.object.metadata.namespace === operatorNamespace;
    if (!isCopy || event.type !== 'DELETED' || dataMayGo(moment, event.object)) return [];
    return [`the copy of ${event.object.metadata.annotations?.[copyOf]} was deleted`];
  },
};

export const dataIsNotForgotten: Invariant = {
  name: 'a site with deletionPolicy Delete goes last',
  begin:
    () =>
    ({ event, there, namespace, operatorNamespace }) => {
      const isEnd = event.kind === 'HostedSite' && event.type === 'DELETED';
      if (!isEnd || policyOf(event.object) !== 'Delete') return [];
      const isLeft = (one: Manifest): boolean =>
        isOurs(one) &&
        one.metadata.labels?.[instance] === event.object.metadata.name &&
        one.metadata.deletionTimestamp === undefined;
      const claims = there.list('PersistentVolumeClaim', namespace);
      const secrets = [...there.list('Secret', namespace), ...there.list('Secret', operatorNamespace)];
      return [...claims, ...secrets]
        .filter(isLeft)
        .map((one) => `${one.kind}/${one.metadata.name} was forgotten`);
    },
};

/** Also not by being deleted and made anew, as long as the Secret or its copy was there to remember the values. */
export const secretsNeverChange: Invariant = {
  name: 'credentials never change',
  begin: () => {
    const known = new Map<string, unknown>();
    return (moment) => {
      const { event } = moment;
      if (event.kind !== 'Secret' || !isOurs(event.object)) return [];
      const name = originalName(event.object);
      if (isForgotten(name, moment)) known.delete(name);
      if (event.type === 'DELETED') return [];
      const data = event.object['data'];
      const isChanged = known.has(name) && !isDeepStrictEqual(known.get(name), data);
      known.set(name, data);
      return isChanged ? [`${name} has other values than before, in ${whereOf(moment)}`] : [];
    };
  },
};

function isForgotten(name: string, moment: Moment): boolean {
  const { event, there, namespace } = moment;
  const isNowhere = there.get('Secret', namespace, name) === undefined && copy(moment, name) === undefined;
  return isNowhere && dataMayGo(moment, event.object);
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

/** The site is being deleted and its user wants its data to go. */
function dataMayGo({ there, namespace }: Moment, data: Manifest): boolean {
  const site = there.get('HostedSite', namespace, data.metadata.labels?.[instance] ?? '');
  return site?.metadata.deletionTimestamp !== undefined && policyOf(site) === 'Delete';
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
