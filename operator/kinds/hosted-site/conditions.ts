import type { ConditionFacts } from '../../api/kind.ts';
import { components } from '../../components/index.ts';
import type { ComponentName, byName } from '../../components/index.ts';

const ofSite = {
  Ready: {
    means: 'The spec of observedGeneration is in force and serves.',
  },
  Available: {
    means: 'Visitors are served; stays True while a release rolls out.',
  },
  Reconciling: {
    means: 'The operator works on the site. Present only when True.',
  },
  Stalled: {
    means: 'A person must change something; what ran keeps running. Present only when True.',
  },
  RenderingCurrent: {
    means:
      'The pods are what this operator, as it is configured, renders for the spec. False after an upgrade that renders them otherwise, until the next release serves; Ready does not depend on it.',
  },
  Boosted: {
    means:
      'spec.boost is in force: more replicas for a while. Present only when it is written; Ready does not depend on it.',
  },
  ScalingActive: {
    means:
      'The autoscaler of spec.autoscaling can do its work. Present only when that is written and the site is not switched off, or when an autoscaler of somebody else sets its pods; Ready does not depend on it.',
  },
} as const satisfies Record<string, ConditionFacts>;

type OfComponent = (typeof byName)[ComponentName]['condition']['type'];

export type ConditionType = keyof typeof ofSite | OfComponent;

/** The order in which people read them; what is not named here comes last, in the order of the components. */
const reading: readonly ConditionType[] = [
  'Ready',
  'Available',
  'Reconciling',
  'Stalled',
  'WebReady',
  'CacheReady',
  'DatabaseReady',
  'ObjectCacheReady',
  'FilesReady',
  'ImageResolved',
  'ApplicationReady',
  'RouteReady',
  'NetworkReady',
  'RenderingCurrent',
  'Boosted',
  'ScalingActive',
];

const all: Readonly<Record<string, ConditionFacts>> = {
  ...ofSite,
  ...Object.fromEntries(components.map(({ condition }) => [condition.type, condition])),
};

/** Every condition of a HostedSite. */
export const conditions = Object.fromEntries(
  [...new Set<string>([...reading, ...Object.keys(all)])].map((type) => [type, all[type]]),
) as Readonly<Record<ConditionType, ConditionFacts>>;
