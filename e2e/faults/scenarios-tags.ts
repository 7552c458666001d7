import type { HostedSiteSpec } from '../../operator/kinds/hosted-site/hosted-site.ts';
import type { Manifest } from '../../operator/components/component.ts';
import { contentHash } from '../../operator/objects/hash.ts';
import { releaseInputs } from '../../operator/releases/release.ts';
import { isReady, isStalledFor, isWhole } from './scenarios-converged.ts';
import type { Scenario } from './scenarios-converged.ts';
import { apply, change, foreign, siteName, until } from './scenarios-steps.ts';

const first: HostedSiteSpec = { image: 'registry.example.org/shop:1', hosts: ['shop.example'] };
const next: HostedSiteSpec = { ...first, image: 'registry.example.org/shop:2' };
const running = [apply(first), until('the site is ready', (stage) => isReady(stage) && isWhole(stage))];

/** Releases that wait until it is known which content the tags of their images have. */
export const tags: readonly Scenario[] = [
  { name: 'creation-tag', resolvesTags: true, act: [apply(first)], final: 'Ready', finalSpec: first },
  {
    name: 'image-tag',
    resolvesTags: true,
    prepare: running,
    act: [change({ image: next.image })],
    final: 'Ready',
    finalSpec: next,
  },
  {
    name: 'creation-tag-pod-taken',
    resolvesTags: true,
    prepare: [foreign('Pod', foreignPod(first))],
    act: [apply(first)],
    final: 'Stalled',
    settled: (stage) => isStalledFor(stage, 'NameTaken'),
  },
];

/** A Pod that stands where the one would be that asks for the image. */
function foreignPod(spec: HostedSiteSpec): Manifest {
  const name = `${siteName}-image-${contentHash(releaseInputs(spec, {})).slice(0, 10)}`;
  const containers = [{ name: 'other', image: 'registry.example.org/other:1' }];
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { containers } };
}
