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
  const fields = Object.keys(left).filter((field) => left[field] !== undefined);
  const count = Object.keys(right).filter((field) => right[field] !== undefined).length;
  return fields.length === count && fields.every((field) => sameContent(left[field], right[field]));
}

function canonical(value: unknown): string {
  return JSON.stringify([sorted(value)]);
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A copy, because JSON.stringify takes longer when it has to ask a function about each part. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isPlain(value)) return value;
  const copy = Object.create(null) as Record<string, unknown>;
  for (const field of Object.keys(value).sort()) copy[field] = sorted(value[field]);
  return copy;
}
