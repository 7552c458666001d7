import { hash } from 'node:crypto';

/** SHA-256 of a value, the same for the same content in whatever order its fields were written; undefined fields do not count. */
export function contentHash(value: unknown): string {
  return hash('sha256', canonical(value));
}

/** Whether two values would be the same over the wire. */
export function sameContent(left: unknown, right: unknown): boolean {
  return canonical(left) === canonical(right);
}

function canonical(value: unknown): string {
  return JSON.stringify([value], (_field, part: unknown) => (isPlain(part) ? sortedFields(part) : part));
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sortedFields(value: Record<string, unknown>): Record<string, unknown> {
  const sorted = Object.create(null) as Record<string, unknown>;
  for (const field of Object.keys(value).sort()) sorted[field] = value[field];
  return sorted;
}
