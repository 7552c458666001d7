import { request } from './cluster.ts';
import type { Answer } from './cluster.ts';

/** When somebody asked, in milliseconds, and what he got: an answer, or the words of the error. */
export interface Visited {
  readonly at: number;
  readonly answer: Answer | string;
}

/** One visitor of a page after the other until the work is done, or has failed. */
export async function visitDuring(
  host: string,
  work: () => Promise<unknown>,
  path = '/',
): Promise<Visited[]> {
  const visits: Visited[] = [];
  let isWorking = true;
  const ended = work().finally(() => (isWorking = false));
  // Its failure is told when the visitor under way has gone.
  ended.catch(() => undefined);
  while (isWorking) {
    const at = Date.now();
    visits.push({ at, answer: await request(host, path, { timeout: 10_000 }).catch(String) });
  }
  await ended;
  return visits;
}

/** The statuses, or words of errors, in their order; equal ones that follow each other count as one. */
export function turns(visits: readonly Visited[]): (number | string)[] {
  const all = visits.map(({ answer }) => (typeof answer === 'string' ? answer : answer.status));
  return all.filter((status, at) => status !== all[at - 1]);
}
