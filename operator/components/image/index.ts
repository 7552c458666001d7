import type { Component, Observed, Owned, Released, Site } from '../component.ts';
import { managed } from '../rights.ts';
import { condition, reasons } from './condition.ts';
import { isSpent, pod, podOf } from './pod.ts';
import { report } from './report.ts';
import { resolve } from './resolve.ts';

const declared = { condition, reasons };

/** Which content the image of a new release has, before anything of it runs. */
export const image: Component<typeof declared> = {
  name: 'image',
  ...declared,
  rights: managed('Pod'),
  resolve,
  enabled: ({ resolvesTag }) => resolvesTag === true,
  manifests,
  report,
};

/** A pod that ended without an answer goes; the next pass makes another one. */
function manifests(site: Site, seen: Observed, { state }: Released): Owned[] {
  if (state.is !== 'resolving') return [];
  const found = podOf(site, seen, state.desired);
  return found !== undefined && isSpent(found, seen.now) ? [] : [pod(site, state.desired)];
}
