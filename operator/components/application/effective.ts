import type { Site } from '../component.ts';
import type { ReleaseSpec } from './spec.ts';

/** A command may hold credentials. */
export const hidden = ['release.command'];

export function effective({ release }: Site): { release?: Omit<ReleaseSpec, 'command'> } {
  if (release === undefined) return {};
  const { order, deadlineSeconds } = release;
  return { release: { order, deadlineSeconds } };
}
