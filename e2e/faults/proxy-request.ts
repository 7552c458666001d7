import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { allResources } from '../../operator/kinds/resources.ts';
import type { Verb } from './plan.ts';

/** One request of the operator, as it asked and as it was answered. */
export interface Recorded {
  /** When it arrived, by `performance.now()`. */
  readonly at: number;
  readonly verb: Verb;
  /** Empty for the core group. */
  readonly group: string;
  /** Plural. */
  readonly resource: string;
  readonly subresource?: string;
  /** What the operator named: absent when it asked for the whole cluster, also where the proxy asked for less. */
  readonly namespace?: string;
  readonly name?: string;
  readonly dryRun: boolean;
  /** A server-side apply: it creates what is not there. */
  readonly apply: boolean;
  /** A watch that begins with the objects that are there. */
  readonly initialEvents: boolean;
  /** `group plural` of the owners whose deletion the written object holds up. */
  readonly blocks: readonly string[];
  /** Whether it is about the operator's own namespace. */
  readonly own: boolean;
  readonly armed: boolean;
  /** From 1. */
  readonly incarnation: number;
  /** What the operator was answered; 0 for no answer. */
  status: number;
  /** What the API server answered; 0 when it was not asked, or gave no answer. */
  upstream: number;
}

export type Described = Omit<Recorded, 'at' | 'own' | 'armed' | 'incarnation' | 'status' | 'upstream'>;

export interface Asked {
  readonly method: string;
  /** Path and query, without the incarnation. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Whether a request is meant to change something, be it only on trial. */
export function isWrite({ verb }: Pick<Recorded, 'verb'>): boolean {
  return !['get', 'list', 'watch'].includes(verb);
}

/** Whether it would change the cluster's work: no dry runs, no Leases, no Events. */
export function isChange(one: Pick<Recorded, 'verb' | 'resource' | 'dryRun'>): boolean {
  return isWrite(one) && !one.dryRun && one.resource !== 'leases' && one.resource !== 'events';
}

/** Which incarnation asks, and what for; 0 for none. */
export function addressed(url = ''): { incarnation: number; target: string } {
  const [, incarnation = '', target = ''] = /^\/(\d+)(\/.*)$/.exec(url) ?? [];
  return { incarnation: Number(incarnation), target };
}

/** The whole body; rejects when the request breaks off before. */
export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

/** How plans name what a request is about: `pods`, `hostedsites/status`, `secrets?dryRun`. */
export function planResource({
  resource,
  subresource,
  dryRun,
}: Pick<Recorded, 'resource' | 'subresource' | 'dryRun'>): string {
  return `${resource}${subresource === undefined ? '' : `/${subresource}`}${dryRun ? '?dryRun' : ''}`;
}

/** What a request means to the API server; undefined for a path that is no resource's. */
export function described({ method, target, headers, body }: Asked): Described | undefined {
  const { pathname, searchParams } = new URL(target, 'http://proxy');
  const place = placeOf(pathname);
  if (place === undefined) return undefined;
  const watch = ['true', '1'].includes(searchParams.get('watch') ?? '');
  const verb = verbOf(method, place.name !== undefined, watch);
  if (verb === undefined) return undefined;
  const { name, blocks } = written(method, body);
  return {
    verb,
    ...place,
    ...(name === undefined || place.name !== undefined ? {} : { name }),
    dryRun: searchParams.has('dryRun'),
    apply: headers['content-type'] === 'application/apply-patch+yaml',
    initialEvents: watch && searchParams.get('sendInitialEvents') === 'true',
    blocks,
  };
}

type Place = Pick<Recorded, 'group' | 'resource' | 'subresource' | 'namespace' | 'name'>;

function placeOf(path: string): Place | undefined {
  // `namespaces/x` is the object itself, `namespaces/x/pods` a collection in it.
  const form =
    /^\/(?:api|apis\/([^/]+))\/v[^/]+(?:\/namespaces\/([^/]+)(?=\/))?\/([^/]+)(?:\/([^/]+))?(?:\/([^/]+))?$/;
  const found = form.exec(path);
  if (found === null) return undefined;
  const [group = '', namespace, resource = '', name, subresource] = found
    .slice(1)
    .map((part: string | undefined) => (part === undefined ? undefined : decodeURIComponent(part)));
  return {
    group,
    resource,
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
    ...(subresource === undefined ? {} : { subresource }),
  };
}

function verbOf(method: string, isObject: boolean, watch: boolean): Verb | undefined {
  if (method === 'GET' && watch) return 'watch';
  if (method === 'GET') return isObject ? 'get' : 'list';
  return ({ POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' } as const)[method];
}

interface Written {
  metadata?: {
    name?: string;
    ownerReferences?: { apiVersion: string; kind: string; blockOwnerDeletion?: boolean }[];
  };
}

function written(method: string, body: Buffer): { name: string | undefined; blocks: string[] } {
  const holdsUp = body.includes('"blockOwnerDeletion":true');
  if (body.length === 0 || (method !== 'POST' && !holdsUp)) return { name: undefined, blocks: [] };
  const { metadata } = JSON.parse(body.toString()) as Written;
  const owners = (metadata?.ownerReferences ?? []).filter((owner) => owner.blockOwnerDeletion === true);
  const blocks = owners.map(({ apiVersion, kind }) => {
    const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
    return `${group} ${allResources.find((one) => one.kind === kind)?.plural ?? kind}`;
  });
  return { name: method === 'POST' ? metadata?.name : undefined, blocks };
}

/** Sites have these in their namespace, and claims of hosts are in the operator's: those of other runs are seen too. */
const inTwoNamespaces = 'configmaps';
const namespaced = new Set(
  allResources
    .filter((resource) => resource.namespaced && resource.plural !== inTwoNamespaces)
    .map(({ group, plural }) => `${group} ${plural}`),
);

/** The same request about one namespace where it asks for the objects of all of them. */
export function narrowed(target: string, request: Described, namespace: string): string {
  const { verb, group, resource } = request;
  const isWide = request.namespace === undefined && request.name === undefined;
  if (!isWide || (verb !== 'list' && verb !== 'watch') || !namespaced.has(`${group} ${resource}`))
    return target;
  const [path = '', query] = target.split('?');
  const inNamespace = `${path.slice(0, -resource.length)}namespaces/${namespace}/${resource}`;
  return query === undefined ? inNamespace : `${inNamespace}?${query}`;
}

/** Writes in words. */
export function inWords(writes: readonly Recorded[]): string {
  return writes.map((write) => `${write.verb} ${planResource(write)} ${write.name ?? ''}`).join(', ');
}
