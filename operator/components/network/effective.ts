import type { Site } from '../component.ts';
import type { EgressSpec } from './spec.ts';

/** A list without a default. */
export const hidden = ['egress.to'];

export function effective({ egress: { mode } }: Site): { egress: EgressSpec } {
  return { egress: { mode } };
}
