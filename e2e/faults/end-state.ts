import { isDeepStrictEqual } from 'node:util';
import type { RawObject } from '../../operator/kube/watch/store.ts';
import type { Manifest } from '../../operator/components/component.ts';
import { masked } from './end-state-masks.ts';
import type { Scenario } from './scenarios.ts';
import type { Requests } from './world-api.ts';
import { feedKinds, pathOf } from './world-feed.ts';
import type { FeedKind } from './world-feed.ts';

/** What a run has left behind, so that two runs can be compared: `Kind/name` → the object without what differs by nature. */
export type EndState = ReadonlyMap<string, unknown>;

/** Reads everything live; copies of credentials are `Copy/name`, pods are only counted. */
export async function endState(
  { client }: { readonly client: Requests },
  namespace: string,
  operatorNamespace: string,
): Promise<EndState> {
  const kinds = feedKinds.filter((kind) => kind !== 'Pod');
  const [objects, copies, claims, pods] = await Promise.all([
    Promise.all(kinds.map((kind) => listed(client, kind, namespace))),
    listed(client, 'Secret', operatorNamespace),
    listed(client, 'ConfigMap', operatorNamespace),
    listed(client, 'Pod', namespace),
  ]);
  return normalised({ objects: objects.flat(), copies, claims, pods, namespace, operatorNamespace });
}

export interface Left {
  readonly objects: readonly Manifest[];
  /** Secrets of the operator's namespace. */
  readonly copies: readonly Manifest[];
  /** ConfigMaps there: who has which host. */
  readonly claims?: readonly Manifest[];
  readonly pods: readonly Manifest[];
  readonly namespace: string;
  readonly operatorNamespace: string;
}

export function normalised({
  objects,
  copies,
  claims = [],
  pods,
  namespace,
  operatorNamespace,
}: Left): EndState {
  const named = [
    ...copies.map((object) => ({ id: `Copy/${originalName(object)}`, object })),
    ...objects.map((object) => ({ id: `${object.kind}/${object.metadata.name}`, object })),
  ].sort((a, b) => (a.id < b.id ? -1 : 1));
  const values = new Map<string, string>();
  const places = { namespace, operatorNamespace };
  const state = named.map(({ id, object }) => {
    const neutral = withoutNames(masked(withoutValues(id, object, values)), named, places);
    // The name of a copy is made from the namespace's UID.
    return [id, id.startsWith('Copy/') ? renamed(neutral) : neutral] as const;
  });
  return new Map<string, unknown>([
    ...state,
    ['Claims', claims.flatMap(hostAndSite).sort()],
    ['Pods', counted(pods)],
  ]);
}

/** One that was given back is history: it says when, and until when its namespace alone may have the host. */
function hostAndSite({ metadata, data }: Manifest): string[] {
  if (metadata.annotations?.['hostedsite.dev/released-at'] !== undefined) return [];
  const { host, name } = (data ?? {}) as { host?: string; name?: string };
  return host === undefined ? [] : [`${host} ${name}`];
}

/** Whether it hangs on the moment at which the site is deleted what becomes of an object (`Kind/name`). */
export function mayGo(id: string, { dataMayGo }: Pick<Scenario, 'dataMayGo'>): boolean {
  return dataMayGo === true && /^(PersistentVolumeClaim|Copy)\//.test(id);
}

/** One line for each place where two states differ; none when they are equal. */
export function difference(expected: EndState, found: EndState): string[] {
  const ids = [...new Set([...expected.keys(), ...found.keys()])].sort();
  return ids.flatMap((id) => {
    if (!found.has(id)) return [`${id} is missing`];
    if (!expected.has(id)) return [`${id} should not be there`];
    return differences(id, expected.get(id), found.get(id));
  });
}

function withoutOwner([id, object]: [string, unknown], { secretsMayBeFree }: Scenario): [string, unknown] {
  if (secretsMayBeFree !== true || !id.startsWith('Secret/')) return [id, object];
  const { metadata, ...rest } = object as Manifest;
  const { ownerReferences: _, managedFields: _fields, ...kept } = metadata as RawObject['metadata'];
  return [id, { ...rest, metadata: kept }];
}

/** What is told of a command that somebody stopped: when its pod was gone before anybody looked, less than otherwise. */
function withoutTold([id, object]: [string, unknown], { endMayBeUnseen }: Scenario): [string, unknown] {
  if (endMayBeUnseen !== true || !/^(HostedSite|SiteTask|ControllerRevision)\//.test(id)) return [id, object];
  // It ended with its site, or before by being stopped.
  if (id.startsWith('SiteTask/'))
    return [id, { phase: (object as { status?: { phase?: string } }).status?.phase }];
  return [id, untold(object)];
}

const toldOfAnEnd: ReadonlySet<string> = new Set([
  'exitCode',
  'startTime',
  'completionTime',
  'message',
  'managedFields',
  'hostedsite.dev/failure',
]);

function untold(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(untold);
  if (!isBranch(value)) return value;
  // Of a command; the reason of a condition stays.
  const isCommand = 'phase' in value && 'revision' in value;
  const fields = Object.entries(value).filter(
    ([field]) => !toldOfAnEnd.has(field) && !(isCommand && field === 'reason'),
  );
  return Object.fromEntries(fields.map(([field, part]) => [field, untold(part)]));
}

/** The same against the end without faults. Credentials do not stay without a volume. */
export function differenceFrom(reference: EndState, found: EndState, scenario: Scenario): string[] {
  const lasting = (state: EndState): EndState => {
    const { hangsOnTime = [] } = scenario;
    const all = [...state].filter(([id]) => !mayGo(id, scenario) && !hangsOnTime.includes(id));
    const told = new Map(all.map((one) => withoutTold(withoutOwner(one, scenario), scenario)));
    return scenario.historyShows === true ? timeless(told) : told;
  };
  const left = (kind: string): string[] => [...found.keys()].filter((id) => id.startsWith(`${kind}/`));
  const isLeft = scenario.dataMayGo === true && left('PersistentVolumeClaim').length === 0;
  const useless = isLeft ? left('Copy').map((id) => `${id} should not be there`) : [];
  return [...difference(lasting(reference), lasting(found)), ...useless];
}

/**
 * The same against the state of a site that was made anew with the scenario's final spec. What may differ is what
 * history leaves: numbers that count changes, releases that can be gone back to, and what the scenario says is kept.
 */
export function differenceFromFresh(fresh: EndState, found: EndState, { kept = [] }: Scenario): string[] {
  const old = [...found].filter(([id, object]) => !fresh.has(id) && isOldRelease(id, object, found));
  const history = new Set([
    ...old.map(([id]) => id),
    ...kept.flatMap((id) => [id, id.replace(/^Secret/, 'Copy')]),
  ]);
  const present = new Map([...found].filter(([id]) => !history.has(id)));
  return difference(timeless(fresh), timeless(present));
}

async function listed(client: Requests, kind: FeedKind, namespace: string): Promise<Manifest[]> {
  const answer = await client.request({ method: 'GET', path: pathOf(kind, namespace), idempotent: true });
  return (answer as { items: Manifest[] }).items.map((item) => ({ ...item, kind }));
}

function originalName({ metadata }: Manifest): string {
  return metadata.annotations?.['hostedsite.dev/copy-of']?.split('/')[1] ?? metadata.name;
}

/** Each secret value becomes the place where it was found first: equal values stay equal, and no value is shown. */
function withoutValues(id: string, object: Manifest, values: Map<string, string>): Manifest {
  if (object.kind !== 'Secret') return object;
  const data = Object.entries((object['data'] ?? {}) as Record<string, string>).sort();
  const tokens = data.map(([key, value]) => {
    if (!values.has(value)) values.set(value, `<value of ${id} ${key}>`);
    return [key, values.get(value)] as const;
  });
  return { ...object, data: Object.fromEntries(tokens) };
}

/** UIDs become names, times and namespaces words; in keys too, since managedFields have UIDs in theirs. */
function withoutNames(
  object: unknown,
  all: readonly { id: string; object: Manifest }[],
  { namespace, operatorNamespace }: { namespace: string; operatorNamespace: string },
): unknown {
  let text = JSON.stringify(object).replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, '<time>');
  for (const { id, object: one } of all)
    text = text.replaceAll(one.metadata.uid ?? 'no uid', `<uid of ${id}>`);
  const word = (name: string): RegExp => new RegExp(`(?<![-a-z0-9])${name}(?![-a-z0-9])`, 'g');
  text = text.replace(word(operatorNamespace), '<operator>').replace(word(namespace), '<namespace>');
  // Of a pod that may be gone.
  text = text.replace(/"Running [-0-9a-f]{36}/g, '"Running <uid of a pod>');
  return JSON.parse(text) as unknown;
}

function renamed(object: unknown): unknown {
  const { metadata, ...rest } = object as Manifest;
  return { ...rest, metadata: { ...metadata, name: '<name of a copy>' } };
}

/** How many pods of each component run which images, and how they are. */
function counted(pods: readonly Manifest[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { metadata, spec, status } of pods) {
    const { containers } = spec as { containers: { image: string }[] };
    const { phase } = status as { phase: string };
    const component = metadata.labels?.['app.kubernetes.io/component'];
    const words = `${component} ${containers.map(({ image }) => image).join()} ${phase}`;
    counts[words] = (counts[words] ?? 0) + 1;
  }
  return counts;
}

/** A revision that is not the newest of its owner, or the configuration of one. */
function isOldRelease(id: string, object: unknown, all: EndState): boolean {
  const [kind, name = ''] = id.split('/');
  if (kind === 'ControllerRevision') return !isNewest(object as OwnedRevision, all);
  if (kind !== 'ConfigMap') return false;
  const revisions = [...all].filter(([one]) => one.startsWith('ControllerRevision/'));
  const mounting = revisions.filter(([, one]) => JSON.stringify(one).includes(`"${name}"`));
  return mounting.length > 0 && mounting.every(([, one]) => !isNewest(one as OwnedRevision, all));
}

interface OwnedRevision {
  readonly revision: number;
  readonly metadata: Manifest['metadata'];
}

function isNewest({ revision, metadata }: OwnedRevision, all: EndState): boolean {
  const owner = (one: OwnedRevision['metadata']): string | undefined => one.ownerReferences?.[0]?.uid;
  return [...all].every(([id, other]) => {
    if (!id.startsWith('ControllerRevision/')) return true;
    const one = other as OwnedRevision;
    return owner(one.metadata) !== owner(metadata) || one.revision <= revision;
  });
}

/** Without what counts changes: generations, numbers of revisions, that there were several, and who wrote a field when. */
function timeless(state: EndState): EndState {
  return new Map([...state].map(([id, object]) => [id, withoutCounts(object)]));
}

const counts: ReadonlySet<string> = new Set([
  'observedGeneration',
  'managedFields',
  'deployment.kubernetes.io/revision',
  'hostedsite.dev/outcome',
  'hostedsite.dev/succeeded-before',
  'hostedsite.dev/release-number',
]);

function withoutCounts(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map((one) => withoutCounts(one));
  if (typeof value !== 'object' || value === null)
    return key === 'revision' && typeof value === 'number' ? 0 : value;
  const fields = Object.entries(value).filter(([field]) => !counts.has(field));
  return Object.fromEntries(fields.map(([field, part]) => [field, withoutCounts(part, field)]));
}

function differences(path: string, expected: unknown, found: unknown): string[] {
  if (isDeepStrictEqual(expected, found)) return [];
  if (!isBranch(expected) || !isBranch(found) || Array.isArray(expected) !== Array.isArray(found)) {
    return [`${path} is ${short(found)}, expected ${short(expected)}`];
  }
  const fields = [...new Set([...Object.keys(expected), ...Object.keys(found)])].sort();
  return fields.flatMap((field) => differences(`${path} ${field}`, expected[field], found[field]));
}

function isBranch(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function short(value: unknown): string {
  return value === undefined ? 'absent' : JSON.stringify(value).slice(0, 200);
}
