import { setImmediate as breathe } from 'node:timers/promises';
import type { ApiClient } from './api-client.ts';
import type { Labelled, Selection } from '../cluster.ts';
import { Unavailable } from '../errors.ts';
import type { RequestLine } from '../errors.ts';
import type { ObjectMeta } from '../manifest.ts';
import { isKept } from '../watch/kept.ts';
import { resourcePath } from '../resources.ts';
import type { Marks, Resource } from '../resources.ts';
import { ingested } from '../watch/store.ts';
import type { RawObject } from '../watch/store.ts';

export interface Listed {
  items: readonly RawObject[];
  version: string;
}

interface Page {
  metadata: { resourceVersion: string; continue?: string };
  items: readonly RawObject[];
}

/** A larger page holds up the event loop for too long: 500 objects of 4 kB are 25 to 50 ms of parsing. */
const pageSize = 500;
/** Of kinds that tenants write: a page is in memory as a whole, and each of these may be 1 MiB. */
const strangersPage = 50;

export interface Listing {
  client: Pick<ApiClient, 'request'>;
  signal: AbortSignal;
  /** Only of this one. */
  namespace?: string | undefined;
  /** Called with each page. */
  heard?: () => unknown;
  /** The operator's own namespace. */
  home?: string | undefined;
}

/** Every object of a kind that is kept, as it is kept, page by page. A token that is too old is Gone. */
export async function listed(
  resource: Resource,
  { client, signal, heard, home, namespace }: Listing,
): Promise<Listed> {
  const limit = String(isOfStrangers(resource) ? strangersPage : pageSize);
  const line: RequestLine = { method: 'GET', path: resourcePath(resource, { namespace }) };
  const items: RawObject[] = [];
  let next: string | undefined;
  for (;;) {
    const body = await client.request({
      method: 'GET',
      path: line.path,
      query: { limit, continue: next, labelSelector: resource.selector },
      ...accept(resource, 'List'),
      deadlineMilliseconds: 60_000,
      idempotent: true,
      signal,
    });
    heard?.();
    const page = pageOf(line, body);
    for (const item of page.items) {
      const object = ingested(resource, item);
      if (isKept(resource, object, home)) items.push(object);
    }
    next = page.metadata.continue;
    if (next === undefined || next === '') return { items, version: page.metadata.resourceVersion };
    await breathe();
  }
}

/**
 * Live: the metadata of what carries these labels in a namespace, of any kind, page by page. Tenants write it, so no more is kept than
 * what tells whose an object is.
 */
export async function listedMetadata(
  resource: Resource,
  { namespace, labels }: { namespace: string; labels: Selection },
  client: Pick<ApiClient, 'request'>,
): Promise<Labelled[]> {
  const line: RequestLine = { method: 'GET', path: resourcePath(resource, { namespace }) };
  const selected = Object.entries(labels).map(([label, value]) =>
    value === undefined ? `!${label}` : `${label}=${value}`,
  );
  const labelSelector = selected.length === 0 ? undefined : selected.join(',');
  const items: Labelled[] = [];
  for (let next: string | undefined = undefined; next !== '';) {
    const body = await client.request({
      method: 'GET',
      path: line.path,
      query: { limit: String(strangersPage), continue: next, labelSelector },
      accept: metadataOnly('List'),
      idempotent: true,
    });
    const page: Page = pageOf(line, body);
    for (const { metadata } of page.items) {
      const fields = (metadata.managedFields ?? []) as readonly { manager: string }[];
      items.push(labelled(resource, metadata, new Set(fields.map(({ manager }) => manager))));
    }
    next = page.metadata.continue ?? '';
  }
  return items;
}

/** More owners than this has nothing that the operator makes: then nobody is told as who has written it. */
const mostOwners = 32;

/** Whose an object is: the rest of what is written on it may be as large as a tenant likes. */
export function labelled(
  { marks }: { readonly marks?: Marks },
  metadata: ObjectMeta,
  managers: Iterable<string>,
): Labelled {
  const { name, namespace, uid, resourceVersion, generation, deletionTimestamp } = metadata;
  const ownerReferences = metadata.ownerReferences?.slice(0, mostOwners + 1);
  const isCrowded = (ownerReferences?.length ?? 0) > mostOwners;
  const reported = { namespace, uid, resourceVersion, generation, deletionTimestamp, ownerReferences };
  const known = Object.fromEntries(Object.entries(reported).filter(([, value]) => value !== undefined));
  const own = marks === undefined ? [] : [marks.prefix];
  const labels = beginning(metadata.labels, ...own, 'app.kubernetes.io/');
  const annotations = beginning(metadata.annotations, ...own);
  return {
    metadata: { name, ...known, ...(labels && { labels }), ...(annotations && { annotations }) },
    managers: isCrowded ? [] : [...managers],
  };
}

function beginning(
  texts: Readonly<Record<string, string>> | undefined,
  ...prefixes: readonly string[]
): Record<string, string> | undefined {
  if (texts === undefined) return undefined;
  const short = Object.entries(texts).filter(([, text]) => text.length <= 1024);
  const own = prefixes.flatMap((prefix) => short.filter(([key]) => key.startsWith(prefix)));
  return Object.fromEntries(own.slice(0, mostOwners));
}

function isOfStrangers({ selector, whole }: Resource): boolean {
  return selector !== undefined && whole !== true;
}

/** A watch from a version on, or, without one, with everything that there is at first. */
export function watchQuery(
  { selector }: Resource,
  version: string | undefined,
  random: () => number,
): Record<string, string | undefined> {
  const common = {
    watch: 'true',
    allowWatchBookmarks: 'true',
    labelSelector: selector,
    // Spread, so that the watches of many processes do not end together.
    timeoutSeconds: String(290 + Math.floor(random() * 301)),
  };
  return version === undefined
    ? { ...common, sendInitialEvents: 'true', resourceVersionMatch: 'NotOlderThan' }
    : { ...common, resourceVersion: version };
}

/** The header that asks for metadata only, for kinds of which we keep no more. */
export function accept(resource: Resource, suffix: '' | 'List'): { accept?: string } {
  return resource.metadataOnly === true ? { accept: metadataOnly(suffix) } : {};
}

export function metadataOnly(suffix: '' | 'List'): string {
  return `application/json;as=PartialObjectMetadata${suffix};g=meta.k8s.io;v=v1`;
}

/** An object with what the cache cannot do without. */
export function checked(line: RequestLine, object: Record<string, unknown>): RawObject {
  const { metadata } = object as Partial<RawObject>;
  if (typeof metadata?.resourceVersion === 'string') return object as RawObject;
  throw new Unavailable({ request: line, code: 0, reason: 'an object has no version' });
}

function pageOf(line: RequestLine, body: unknown): Page {
  const page = body as { metadata?: Partial<Page['metadata']>; items?: unknown } | null;
  const items = page?.items ?? [];
  const version = page?.metadata?.resourceVersion;
  if (typeof version !== 'string' || !Array.isArray(items)) {
    throw new Unavailable({ request: line, code: 0, reason: 'the answer is not a list' });
  }
  const next = page?.metadata?.continue;
  return {
    metadata: { resourceVersion: version, ...(next === undefined ? {} : { continue: next }) },
    items: items.map((item: Record<string, unknown>) => checked(line, item)),
  };
}
