/** What a document is after a JSON merge patch (RFC 7396). */
export function merged(target: unknown, patch: unknown): unknown {
  if (!isFields(patch)) return patch;
  const before = isFields(target) ? Object.entries(target) : [];
  const removed = new Set(Object.keys(patch).filter((name) => patch[name] === null));
  const result = new Map(before.filter(([name]) => !removed.has(name)));
  for (const [name, value] of Object.entries(patch)) {
    if (!removed.has(name)) result.set(name, merged(result.get(name), value));
  }
  return Object.fromEntries(result);
}

function isFields(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
