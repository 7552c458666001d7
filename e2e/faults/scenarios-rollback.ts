import type { HostedSiteSpec } from '../../operator/kinds/hosted-site/hosted-site.ts';
import { isReady, isStalledFor, isWhole } from './scenarios-converged.ts';
import type { Scenario } from './scenarios-converged.ts';
import { apply, change, until } from './scenarios-steps.ts';
import type { Stage, Step } from './scenarios-steps.ts';

/** A site with the shortest deadline that a spec may have: it runs out in real time, by Kubernetes' own clock. */
const hasty: HostedSiteSpec = {
  image: 'registry.example.org/shop:1',
  hosts: ['shop.example'],
  rollout: { progressDeadlineSeconds: 10 },
};
const next: HostedSiteSpec = { ...hasty, image: 'registry.example.org/shop:3' };

const isRolledBack = (stage: Stage): boolean => isStalledFor(stage, 'RolledBack') && isWhole(stage);
const running: readonly Step[] = [
  apply(hasty),
  until('the site is ready', (stage) => isReady(stage) && isWhole(stage)),
];
const toBad = change({ image: 'registry.example.org/bad:2' });
const rolledBack: readonly Step[] = [...running, toBad, until('the release was taken back', isRolledBack)];

/** Releases that do not come up, and what follows. */
export const rollbacks: readonly Scenario[] = [
  { name: 'image-rolled-back', prepare: running, act: [toBad], final: 'Stalled', settled: isRolledBack },
  {
    name: 'image-rolled-back-and-recovery',
    prepare: rolledBack,
    act: [change({ image: next.image })],
    final: 'Ready',
    finalSpec: next,
  },
  {
    name: 'image-rolled-back-and-back',
    prepare: rolledBack,
    act: [change({ image: hasty.image })],
    final: 'Ready',
    finalSpec: hasty,
  },
];
