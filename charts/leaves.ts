/** The paths of all values of a chart. */
export function leaves(values: Record<string, unknown>, prefix = ''): string[] {
  return Object.entries(values).flatMap(([key, value]) => {
    const path = `${prefix}${key}`;
    const isTable =
      typeof value === 'object' && value !== null && !Array.isArray(value) && path !== 'resources';
    return isTable && Object.keys(value).length > 0
      ? leaves(value as Record<string, unknown>, `${path}.`)
      : [path];
  });
}
