import type { Cause } from './causes.ts';
import type { Deadline } from '../clock.ts';
import type { Log } from '../log.ts';
import { definitionOf, notInstalled } from '../resources.ts';
import type { Resource } from '../resources.ts';
import type { RawObject } from './store.ts';

/** One watch of a reflector. */
export interface Session {
  /** The objects of the initial events until they are complete; afterwards undefined. */
  initial: Map<string, RawObject> | undefined;
  readonly timer: Deadline;
}

export interface SessionEnd {
  cause: Cause;
  /** Milliseconds that the server asked us to wait. */
  retryAfter: number;
  /** It ended so before, and was told. */
  isKnown?: boolean;
  error?: unknown;
}

/** What the people who run the operator are told of it. */
export function noteEnd(
  { cause, error, isKnown = false }: SessionEnd,
  wait: number,
  { log, resource, namespace }: { log: Log; resource: Resource; namespace?: string },
): void {
  const waitMilliseconds = Math.round(wait);
  if (cause === 'not-installed') {
    log.error('a CustomResourceDefinition is missing', {
      detail: notInstalled(resource),
      waitMilliseconds,
    });
    return;
  }
  if (cause === 'absent') {
    const definition = definitionOf(resource);
    log.info('an optional CustomResourceDefinition is not installed', { definition, waitMilliseconds });
    return;
  }
  const { kind } = resource;
  const data = {
    kind,
    namespace,
    cause,
    error: error instanceof Error ? error.message : undefined,
    waitMilliseconds,
  };
  if (!isKnown && (cause === 'refused' || cause === 'broken' || cause === 'forbidden'))
    log.warn('watch interrupted', data);
  else log.debug('watch interrupted', data);
}
