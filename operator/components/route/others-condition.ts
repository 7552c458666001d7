/** A condition as other controllers write it. */
export interface Condition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
  observedGeneration?: number;
  lastTransitionTime?: string;
}

/** The condition of a type, unless it is about an older generation. */
export function conditionState(
  conditions: readonly Condition[] | undefined,
  type: string,
  generation = 0,
): Condition | undefined {
  return conditions?.find((one) => one.type === type && (one.observedGeneration ?? generation) >= generation);
}
