import { ApiError, MissingRight } from '../../kube/errors.ts';

/** Why a pass did not come to its end, for the status: nothing that changes from try to try, and no values. */
export function failureOf(error: unknown): string {
  return `The last pass was cut off because ${reasonOf(error)}; it is tried again.`;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof ApiError)) return 'the operator failed';
  const detail = error instanceof MissingRight && error.detail !== '' ? ` (${error.detail})` : '';
  return `the API server answered ${error.reason}${detail}`;
}
