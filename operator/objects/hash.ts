import { hash } from 'node:crypto';

/** SHA-256 of a value, the same for the same content in whatever order its fields were written; undefined fields do not count. */
export function contentHash(value: unknown): string {
  return hash('sha256', canonical(value));
}

/** Whether two values would be the same over the wire. */
export function sameContent(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (Array.isArray(left)) return Array.isArray(right) && sameItems(left, right);
  return isPlain(left) && isPlain(right) && sameFields(left, right);
}

function sameItems(left: readonly unknown[], right: readonly unknown[]): boolean {
  return left.length === right.length && left.every((item, index) => sameContent(item, right[index]));
}

function sameFields(left: Record<string, unknown>, right: Record<string, unknown>): boolean {
  let more = 0;
  for (const field of Object.keys(left)) {
    if (left[field] === undefined) continue;
    if (!sameContent(left[field], right[field])) return false;
    more += 1;
  }
  for (const field of Object.keys(right)) if (right[field] !== undefined) more -= 1;
  return more === 0;
}

function canonical(value: unknown): string {
  return JSON.stringify([sorted(value)]);
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * A copy, because JSON.stringify takes longer when it has to ask a function about each part. It takes twice as long for an object
 * without a prototype, which only a field of that name needs.
 */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isPlain(value)) return value;
  const copy = (Object.hasOwn(value, '__proto__') ? Object.create(null) : {}) as Record<string, unknown>;
  for (const field of inOrder(Object.keys(value))) copy[field] = sorted(value[field]);
  return copy;
}

/** Sorts as `sort` does. Most objects have a handful of fields, and there this takes a quarter of the time. */
function inOrder(fields: string[]): string[] {
  if (fields.length > few) return fields.sort();
  for (let next = 1; next < fields.length; next += 1) {
    const field = fields[next] as string;
    let at = next;
    for (; at > 0 && (fields[at - 1] as string) > field; at -= 1) fields[at] = fields[at - 1] as string;
    fields[at] = field;
  }
  return fields;
}

const few = 32;
