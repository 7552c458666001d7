/** `namespace/name` of whatever a loop looks after. */
export type Key = `${string}/${string}`;

export function keyOf(namespace: string, name: string): Key {
  return `${namespace}/${name}`;
}

export function splitKey(key: Key): { namespace: string; name: string } {
  const slash = key.indexOf('/');
  return { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}
