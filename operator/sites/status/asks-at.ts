import { silent } from '../../components/pod/silence.ts';
import type { Observed } from '../../releases/observed.ts';

/** Milliseconds between two questions about a site: what is wrong changes seldom, and a pod that comes is seen by itself. */
export const pause = 25_000;

/** When there will be something to ask, or to ask again. */
export function asksAt(seen: Observed): Date | undefined {
  const now = seen.now.getTime();
  const times = silent(seen).map(({ from }) => (from.getTime() > now ? from.getTime() : now + pause));
  return times.length === 0 ? undefined : new Date(Math.min(...times));
}
