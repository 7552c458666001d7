import { ApiError } from '../kube/errors.ts';

/** Why a pass did not come to its end, for the status: nothing that changes from try to try, and no values. */
export function failureOf(error: unknown): string {
  const what = error instanceof ApiError ? `the API server answered ${error.reason}` : 'the operator failed';
  return `The last pass was cut off because ${what}; it is tried again.`;
}
