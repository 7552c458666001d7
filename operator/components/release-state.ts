import type { Revision } from './component.ts';

/**
 * Where the release that the spec asks for is, named once in a pass; what is written and what is told switch over it.
 *
 *   desired    what the spec asks for
 *   current    what runs in its place; absent where nothing does
 *
 *                    ┌─────────────┐ image known   ┌──────────────┐ command succeeded   ┌──────────────────┐ serves ┌─────────┐
 *   a new spec ────▶ │  resolving  │ ────────────▶ │  commanding  │ ──────────────────▶ │ first or rolling │ ─────▶ │ running │
 *                    └──────┬──────┘               └──────┬───────┘                     └────────┬─────────┘        └─────────┘
 *                           │ deadline                    │ failed                     deadline, │ of rolling only
 *                           │                     ┌───────▼───────┐                     ┌────────▼─────────┐
 *                           │                     │ commandFailed │                     │    rolledBack    │
 *                           │                     └───────────────┘                     └────────▲─────────┘
 *                           └────────────────────────────────────────────────────────────────────┘
 *
 * Steps that a release does not need are left out. A new spec leads from any state to the beginning.
 */
export type ReleaseState =
  /** Nobody knows yet which content its image has. */
  | { is: 'resolving'; desired: Revision; current?: Revision; deadline?: Date }
  /** Its command comes first, or the pod of another command is waited for. */
  | { is: 'commanding'; desired: Revision; current?: Revision }
  /** It is not rolled out. */
  | { is: 'commandFailed'; desired: Revision; current?: Revision }
  /** It is rolled out, and there is none to go back to. */
  | { is: 'first'; desired: Revision }
  /** The same, and `from` is gone back to at the deadline. It is set where the release is late already. */
  | { is: 'rolling'; desired: Revision; from: Revision; deadline?: Date }
  /** It serves, or has served everywhere: it is not given up any more. */
  | { is: 'running'; desired: Revision }
  /** It was given up. */
  | { is: 'rolledBack'; desired: Revision; current: Revision };

/** What the pods that serve are to be of. */
export function runningRevision(state: ReleaseState): Revision {
  return ('current' in state ? state.current : undefined) ?? state.desired;
}

/** What reports are about: one whose image is not known is told of, whatever runs meanwhile. */
export function reportedRevision(state: ReleaseState): Revision {
  return state.is === 'resolving' ? state.desired : runningRevision(state);
}

export type BehindCommand = Extract<ReleaseState, { is: 'commanding' | 'commandFailed' }>;

export function isBehindCommand(state: ReleaseState): state is BehindCommand {
  return state.is === 'commanding' || state.is === 'commandFailed';
}

/** What is told of a release that was taken back; the last lines of its container come last. */
export function rolledBackMessage(failed: Revision, running: Pick<Revision, 'image'>): string {
  return (
    `The release was taken back, and the site runs ${running.image} again; correct the spec to release anew. ` +
    (failed.failure ?? `${failed.image} was not ready in time.`)
  );
}
