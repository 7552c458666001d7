import { hash } from 'node:crypto';
import { sameQuantity } from '../api/quantity.ts';

/**
 * The first place where `live` lacks something that `wanted` says, in words; undefined when `wanted` is contained in
 * `live`. What the API server adds (defaults, allocated fields, injected containers) is no difference.
 *
 * - Objects: every wanted field must be there. An empty text or list equals an absent one, because the API server
 *   drops it; `false`, `0` and `{}` do not, because their absence may mean something else.
 * - Lists whose wanted items are told apart by a key (`name`, `mountPath`, …) are compared by it, in any order, and may
 *   hold more.
 * - Other lists are compared by index and have equal length.
 * - Of a long text the caches hold the hash alone.
 * - Below `requests`, `limits` and other places of quantities, "0.5" equals "500m".
 */
export function difference(desired: unknown, live: unknown, path = ''): string | undefined {
  if (isEmpty(desired) && isEmpty(live)) return undefined;
  if (Array.isArray(desired)) return listDifference(desired, live, path);
  if (isRecord(desired)) return recordDifference(desired, live, path);
  return isSameValue(desired, live, path) ? undefined : words(path, desired, live);
}

function isSameValue(desired: unknown, live: unknown, path: string): boolean {
  if (desired === live) return true;
  if (holdsQuantity(path) && sameQuantity(desired, live)) return true;
  return isHashOf(desired, live) || isHashOf(live, desired);
}

function recordDifference(desired: Record<string, unknown>, live: unknown, path: string): string | undefined {
  if (!isRecord(live)) return words(path, desired, live);
  for (const [field, value] of Object.entries(desired)) {
    const found = difference(value, live[field], path === '' ? field : `${path}.${field}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function listDifference(desired: readonly unknown[], live: unknown, path: string): string | undefined {
  if (!Array.isArray(live)) return words(path, desired, live);
  const key = keys.find((field) => isKey(field, desired));
  if (key !== undefined) return keyedDifference(desired, live, key, path);
  if (desired.length !== live.length) return `${path} has ${live.length} items instead of ${desired.length}`;
  for (const [index, item] of desired.entries()) {
    const found = difference(item, live[index], `${path}[${index}]`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function keyedDifference(
  desired: readonly unknown[],
  live: readonly unknown[],
  key: string,
  path: string,
): string | undefined {
  for (const item of desired) {
    const value = keyOf(key, item);
    const twin = live.find((candidate) => keyOf(key, candidate) === value);
    const found = difference(item, twin, `${path}[${value}]`);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** By which server-side apply tells items of lists apart, in the kinds that we write. */
const keys = ['name', 'mountPath', 'containerPort', 'port', 'topologyKey'];

function isKey(field: string, items: readonly unknown[]): boolean {
  if (keyOf(field, items[0]) === undefined) return false;
  const values = items.map((item) => keyOf(field, item));
  return !values.includes(undefined) && new Set(values).size === values.length;
}

function keyOf(field: string, item: unknown): string | number | undefined {
  const value = isRecord(item) ? item[field] : undefined;
  return typeof value === 'string' || typeof value === 'number' ? value : undefined;
}

/** Where Kubernetes rewrites a number with its unit. */
function holdsQuantity(path: string): boolean {
  return /(^|\.)(requests|limits)\.|\.(sizeLimit|storage)$/.test(path);
}

/** As `operator/kube/watch/kept.ts` writes it. */
function isHashOf(text: unknown, mark: unknown): boolean {
  if (typeof text !== 'string' || typeof mark !== 'string' || !mark.startsWith('sha256:')) return false;
  return mark === `sha256:${hash('sha256', text)}`;
}

function isEmpty(value: unknown): boolean {
  return (
    value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
  );
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** These words are logged: what a user wrote where secrets may be stays out of them, and the rest is cut. */
function words(path: string, desired: unknown, live: unknown): string {
  if (live === undefined) return `${path} is missing`;
  const isShown = [desired, live].every((value) => typeof value !== 'object') && !mayBeSecret.test(path);
  return isShown ? `${path} is ${shown(live)} instead of ${shown(desired)}` : `${path} differs`;
}

/** Environment variables, command lines, and contents of files. */
const mayBeSecret = /(^|[.])((env|command|args)\[|data[.])/;
/** Characters of a value. */
const longest = 80;

function shown(value: unknown): string {
  if (typeof value !== 'string' || value.length <= longest) return JSON.stringify(value);
  return `${JSON.stringify(value.slice(0, longest))}…`;
}
