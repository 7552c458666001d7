import { ApiError, Gone, Timeout } from '../errors.ts';

/**
 * Why a watch's session ended. expired: closed by the server as agreed; silent: nothing for 70 s; gone: 410, or the
 * server went back to an older version; refused: an error answer or frame; forbidden: this one namespace may not be looked at, or is gone; broken: connection or content; absent: the
 * cluster does not know the kind, and need not; not-installed: it does not, and has to.
 */
export type Cause =
  | 'expired'
  | 'silent'
  | 'gone'
  | 'refused'
  | 'forbidden'
  | 'broken'
  | 'no-initial-end'
  | 'absent'
  | 'not-installed';

export class Silent extends Timeout {}
export class NoInitialEnd extends Timeout {}

export function causeOf(error: unknown): Cause {
  if (error instanceof NoInitialEnd) return 'no-initial-end';
  if (error instanceof Silent) return 'silent';
  if (error instanceof Gone) return 'gone';
  return error instanceof ApiError && error.code !== 0 ? 'refused' : 'broken';
}
