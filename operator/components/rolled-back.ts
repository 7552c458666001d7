import type { Revision } from './component.ts';

/** What is told of a release that was taken back; the last lines of its container come last. */
export function rolledBackMessage(failed: Revision, running: Pick<Revision, 'image'>): string {
  return (
    `The release was taken back, and the site runs ${running.image} again; correct the spec to release anew. ` +
    (failed.failure ?? `${failed.image} was not ready in time.`)
  );
}
