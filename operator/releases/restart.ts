import type { Revision } from '../components/component.ts';
import { contentHash } from '../objects/hash.ts';
import { restartAnnotation } from '../objects/labels.ts';
import type { Observed } from './observed.ts';

/**
 * `hostedsite.dev/restartedAt` asks for a release of what the spec says already, rendered by the operator of today. Each value
 * asks once: every revision that is rendered remembers the value that was there then. So an annotation that vanishes, or one
 * that stays while images come and go, asks for nothing.
 */
export function restartOf({ site }: Pick<Observed, 'site'>): string | undefined {
  const value = site.metadata.annotations?.[restartAnnotation] ?? '';
  return value === '' ? undefined : contentHash(value).slice(0, 10);
}

export function isNewRestart(
  restart: string | undefined,
  { revisions }: Pick<Observed, 'revisions'>,
): boolean {
  return restart !== undefined && revisions.every((one) => one.restart !== restart);
}

/**
 * Of revisions of the same inputs, newest first, the one to run. A restart that failed is no longer asked for when its
 * annotation has gone: what ran before it is what the spec asks for again.
 */
export function newestWanted(same: readonly Revision[], restart: string | undefined): Revision | undefined {
  const isForgotten = ({ outcome, restart: asked }: Revision) =>
    outcome === 'Failed' && asked !== undefined && asked !== restart;
  return same.find((one) => !isForgotten(one)) ?? same[0];
}
