/** A copy without some fields. Built anew: `delete` would make V8 keep a slow dictionary. */
export function without<T extends object, K extends keyof T>(object: T, ...names: readonly K[]): Omit<T, K> {
  const rest = Object.entries(object).filter(([name]) => !names.includes(name as K));
  return Object.fromEntries(rest) as Omit<T, K>;
}
