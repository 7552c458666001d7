import type { Revision } from '../components/component.ts';
import type { Observed } from './observed.ts';
import { componentOf, releaseLabel, revisionLabel } from '../objects/labels.ts';
import { attemptOf, commandPods, recordFor } from './command/attempt.ts';
import { othersThan } from './succeeded.ts';

/** The running one included; so many steps back are possible at least. */
const kept = 5;
/** Older ones that are removed together: one by one, a site that is changed often would pay for it at each change. */
const batch = 5;

/**
 * The revisions that stay: the running one, the last ones, each that a pod still runs, serving or for its command, or whose command the
 * Job is of, and what is needed beside. So does one whose command has begun and is not known to have ended. Which of the
 * older ones go follows from their numbers, so that a removal that was cut off goes on.
 */
export function retained(
  running: Revision,
  needed: Pick<Revision, 'name'> | undefined,
  seen: Observed,
): Revision[] {
  const newest = Math.max(running.number, ...seen.revisions.map(({ number }) => number));
  const old = Math.floor((newest - kept) / batch) * batch;
  const pods = seen.pods.filter((pod) => componentOf(pod) === 'web');
  const inUse = new Set([
    ...pods.map(({ metadata }) => metadata.labels?.[revisionLabel]),
    ...commandPods(seen).map(({ metadata }) => metadata.labels?.[releaseLabel]),
    attemptOf(seen.site.metadata, seen)?.revision,
  ]);
  const stays = ({ name, number }: Revision, index: number) =>
    index < kept - 1 ||
    inUse.has(name) ||
    name === needed?.name ||
    number > old ||
    recordFor(name, seen)?.is === 'running';
  return [running, ...othersThan(running, seen).filter(stays)];
}
