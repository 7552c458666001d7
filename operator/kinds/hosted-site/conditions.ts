import type { ConditionFacts } from '../../api/kind.ts';
import { condition as application } from '../../components/application/condition.ts';
import { condition as cache } from '../../components/cache/condition.ts';
import { condition as cron } from '../../components/cron/condition.ts';
import { condition as database } from '../../components/database/condition.ts';
import { condition as files } from '../../components/files/condition.ts';
import { condition as image } from '../../components/image/condition.ts';
import { condition as network } from '../../components/network/condition.ts';
import { condition as objectCache } from '../../components/object-cache/condition.ts';
import { condition as route } from '../../components/route/condition.ts';
import { condition as web } from '../../components/web/condition.ts';

/** Every condition of a HostedSite, in the order in which people read them. */
export const conditions = {
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
  [web.type]: web,
  [cache.type]: cache,
  [database.type]: database,
  [objectCache.type]: objectCache,
  [files.type]: files,
  [image.type]: image,
  [application.type]: application,
  [route.type]: route,
  [network.type]: network,
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
  [cron.type]: cron,
} as const satisfies Record<string, ConditionFacts>;

export type ConditionType = keyof typeof conditions;
