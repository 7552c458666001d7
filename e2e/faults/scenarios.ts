import type { HostedSiteSpec } from '../../operator/kinds/hosted-site/hosted-site.ts';
import * as children from './scenarios-children.ts';
import { commands } from './scenarios-commands.ts';
import {
  isOwned,
  isReady,
  isStalledFor,
  isSuspended,
  isThere,
  isWhole,
  runs,
} from './scenarios-converged.ts';
import type { Scenario } from './scenarios-converged.ts';
import { foreignJob, foreignService } from './scenarios-foreign.ts';
import { ends } from './scenarios-ends.ts';
import { maintenances } from './scenarios-maintenance.ts';
import { refused } from './scenarios-refused.ts';
import { rollbacks } from './scenarios-rollback.ts';
import { routes } from './scenarios-routes.ts';
import { tags } from './scenarios-tags.ts';
import {
  apply,
  change,
  conditionOf,
  edit,
  foreign,
  remove,
  scale,
  siteOf,
  until,
} from './scenarios-steps.ts';
import type { Step } from './scenarios-steps.ts';
export type { Scenario } from './scenarios-converged.ts';

const image = (tag: number): string => `registry.example.org/shop:${tag}`;
const badImage = 'registry.example.org/bad:2';

const generic: HostedSiteSpec = { image: image(1), hosts: ['shop.example'] };
const withDatabase: HostedSiteSpec = {
  ...generic,
  database: { engine: 'MariaDB', storage: { size: '1Gi' } },
};
const withCron: HostedSiteSpec = {
  ...withDatabase,
  cron: [{ name: 'report', schedule: 'H 3 * * *', command: ['report'] }],
};
const withData: HostedSiteSpec = { ...withDatabase, files: { size: '1Gi' } };
const wordpress: HostedSiteSpec = {
  image: 'registry.example.org/wordpress:1',
  hosts: ['shop.example'],
  preset: 'WordPress',
  database: { engine: 'MariaDB', storage: { size: '1Gi' } },
  files: { size: '1Gi' },
};

/** No autoscaler runs here: the number stays as it was handed over. */
const autoscaled: HostedSiteSpec = { ...withDatabase, autoscaling: { minReplicas: 2, maxReplicas: 4 } };
const autoscaledWithCron: HostedSiteSpec = { ...withCron, ...autoscaled };

/** Every release brings another configuration of the cache too. */
const release = (tag: number): HostedSiteSpec => ({
  ...generic,
  image: image(tag),
  cache: { passPaths: [`/path-${tag}`] },
});

const untilReady = until('the site is ready', (stage) => isReady(stage) && isWhole(stage));
const untilJobIsTaken = until(
  'the site stands still before its installation',
  (stage) => isStalledFor(stage, 'NameTaken') && isWhole(stage),
);
const untilSuspended = until('the site is suspended', isSuspended);
const untilPullFails = until('the image cannot be pulled', (stage) => isStalledFor(stage, 'ImagePullFailed'));

/** A site that is ready when the faults begin. */
function running(spec: HostedSiteSpec): Step[] {
  return [apply(spec), untilReady];
}

/** One change of a running site. */
function changed(name: string, from: HostedSiteSpec, to: HostedSiteSpec, act: readonly Step[]): Scenario {
  return { name, prepare: running(from), act, final: 'Ready', finalSpec: to };
}

const creations: readonly Scenario[] = [
  { name: 'creation-generic', act: [apply(generic)], final: 'Ready', finalSpec: generic },
  { name: 'creation-wordpress', act: [apply(wordpress)], final: 'Ready', finalSpec: wordpress },
  {
    name: 'creation-delete-policy',
    act: [apply({ ...withData, deletionPolicy: 'Delete' })],
    final: 'Ready',
    finalSpec: { ...withData, deletionPolicy: 'Delete' },
    settled: isOwned,
  },
  {
    name: 'creation-name-taken',
    prepare: [foreign('Service', foreignService())],
    act: [apply(generic)],
    final: 'Stalled',
    settled: (stage) =>
      isWhole(stage) &&
      conditionOf(siteOf(stage), 'WebReady')?.status === 'True' &&
      conditionOf(siteOf(stage), 'CacheReady')?.status === 'True',
  },
  {
    name: 'job-taken',
    prepare: [foreign('Job', foreignJob()), apply(wordpress), untilJobIsTaken],
    act: [change({ hosts: ['shop.example', 'www.shop.example'] })],
    final: 'Stalled',
  },
];

const releases: readonly Scenario[] = [
  changed('image-change', generic, { ...generic, image: image(2) }, [change({ image: image(2) })]),
  {
    name: 'image-bad',
    prepare: running(generic),
    act: [change({ image: badImage })],
    final: 'Stalled',
  },
  changed('image-bad-and-recovery', generic, { ...generic, image: image(3) }, [
    change({ image: badImage }),
    untilPullFails,
    change({ image: image(3) }),
  ]),
  {
    ...changed('image-back', generic, generic, [change({ image: image(1) })]),
    prepare: [...running(generic), change({ image: image(2) }), untilReady],
  },
  {
    // Where the operator is held up, the first of the two releases has served everywhere before it sees the second.
    ...changed(
      'image-change-during-rollout',
      { ...generic, replicas: 2 },
      { ...generic, replicas: 2, image: image(3) },
      [
        change({ image: image(2) }),
        until('a pod of the next release', (stage) => runs(stage, image(2))),
        change({ image: image(3) }),
      ],
    ),
    historyShows: true,
  },
  changed('cache-rules-changed', generic, { ...generic, cache: { passPaths: ['/cart'] } }, [
    change({ cache: { passPaths: ['/cart'] } }),
  ]),
  {
    // The tenth takes the first five away.
    ...changed('releases-pruned', generic, release(10), [change(release(10))]),
    prepare: [
      ...running(generic),
      ...[2, 3, 4, 5, 6, 7, 8, 9].flatMap((tag) => [change(release(tag)), untilReady]),
    ],
  },
  changed('size-change', generic, { ...generic, size: 'Medium' }, [change({ size: 'Medium' })]),
  {
    ...changed('preset-removed', wordpress, { ...withData, image: image(1) }, [
      change({ image: image(1), preset: null }),
    ]),
    kept: ['Secret/shop-application', 'Secret/shop-admin'],
  },
  changed('preset-changed', withData, { ...withData, preset: 'WordPress' }, [
    change({ preset: 'WordPress' }),
  ]),
];

const changes: readonly Scenario[] = [
  changed('scale-up', { ...generic, replicas: 1 }, { ...generic, replicas: 3 }, [scale(3)]),
  changed('scale-down', { ...generic, replicas: 3 }, { ...generic, replicas: 1 }, [scale(1)]),
  {
    ...changed('autoscaling-added', { ...withDatabase, replicas: 2 }, autoscaled, [
      change({ autoscaling: autoscaled.autoscaling, replicas: null }),
    ]),
    settled: (stage) =>
      isThere(stage, 'HorizontalPodAutoscaler', 'shop-web') && children.isAutoscaled(stage, 2),
  },
  {
    ...changed('autoscaling-removed', autoscaled, { ...withDatabase, replicas: 1 }, [
      change({ autoscaling: null, replicas: 1 }),
    ]),
    settled: (stage) => !isThere(stage, 'HorizontalPodAutoscaler', 'shop-web'),
  },
  changed('host-added', generic, { ...generic, hosts: ['shop.example', 'www.shop.example'] }, [
    change({ hosts: ['shop.example', 'www.shop.example'] }),
  ]),
  changed('host-removed', { ...generic, hosts: ['shop.example', 'www.shop.example'] }, generic, [
    change({ hosts: ['shop.example'] }),
  ]),
  changed('database-added', generic, withDatabase, [change({ database: withDatabase.database })]),
  {
    ...changed('database-removed', withDatabase, generic, [change({ database: null })]),
    kept: ['PersistentVolumeClaim/data-shop-database-0', 'Secret/shop-database', 'Secret/shop-database-root'],
  },
  changed(
    'volume-grown',
    withData,
    { ...withData, files: { size: '3Gi' }, database: { engine: 'MariaDB', storage: { size: '2Gi' } } },
    [change({ files: { size: '3Gi' }, database: { storage: { size: '2Gi' } } })],
  ),
  {
    ...changed('suspend-and-resume', generic, { ...generic, image: image(2), suspend: false }, [
      change({ suspend: true, image: image(2) }),
      untilSuspended,
      change({ suspend: false }),
    ]),
  },
  {
    name: 'suspended-change',
    prepare: running(generic),
    act: [change({ suspend: true, image: image(2) })],
    final: 'Suspended',
  },
];

const drifts: readonly Scenario[] = [
  {
    ...changed('child-deleted', withDatabase, withDatabase, [
      remove('Service', 'shop-web'),
      remove('Deployment', 'shop-web'),
    ]),
    settled: (stage) => isThere(stage, 'Service', 'shop-web') && isThere(stage, 'Deployment', 'shop-web'),
  },
  {
    ...changed('child-edited', generic, generic, [
      edit('Service', 'shop-web', { spec: { ports: [{ name: 'http', port: 80, targetPort: 'nowhere' }] } }),
      edit('Ingress', 'shop', { spec: { rules: [{ host: 'wrong.example' }] } }),
      edit('Deployment', 'shop-web', { spec: { replicas: 4 } }),
    ]),
    settled: children.isRepaired,
  },
  {
    ...changed('children-unlabelled', autoscaledWithCron, autoscaledWithCron, [children.unlabel]),
    settled: children.areLabelled,
  },
  {
    ...changed(
      'secret-deleted',
      withDatabase,
      { ...withDatabase, rollout: { progressDeadlineSeconds: 500 } },
      [remove('Secret', 'shop-database'), change({ rollout: { progressDeadlineSeconds: 500 } })],
    ),
    settled: (stage) => isThere(stage, 'Secret', 'shop-database'),
  },
];

export const scenarios: readonly Scenario[] = [
  ...creations,
  ...releases,
  ...rollbacks,
  ...refused,
  ...tags,
  ...changes,
  ...maintenances,
  ...routes,
  ...drifts,
  ...ends,
  ...commands,
];

export function scenarioOf(name: string): Scenario {
  const found = scenarios.find((one) => one.name === name);
  if (found === undefined) {
    throw new Error(`there is no scenario ${name}; there are ${scenarios.map((one) => one.name).join(', ')}`);
  }
  return found;
}
