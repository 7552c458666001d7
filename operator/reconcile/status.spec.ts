import assert from 'node:assert/strict';
import type { HostedSiteStatus } from '../api/hosted-site.ts';
import type { ComponentName, Manifest, Observed, Report, Revision } from '../components/component.ts';
import type { Judgement } from './judgement.ts';
import { componentLabels } from './labels.ts';
import { resolve } from './resolve.ts';
import { siteStatus } from './status.ts';
import { hostedSite, settings } from './test-world.ts';

const morning = '2030-01-01T08:00:00Z';
const noon = '2030-01-01T12:00:00Z';

function revision(tag: number): Revision {
  const name = `shop-web-${tag}`;
  return { name, number: tag, inputs: `${tag}`, image: `image:${tag}`, template: { metadata: {}, spec: {} } };
}

/** The Deployment after every replica runs the release. */
function rolledOut(tag: number, available = 1): Manifest {
  const template = { metadata: { labels: { 'hostedsite.dev/revision': `shop-web-${tag}` } } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'shop-web', generation: 1, labels: componentLabels({ name: 'shop' }, 'web') },
    spec: { replicas: 1, template },
    status: { observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: available },
  };
}

const ready: Report = { ready: { status: 'True', reason: 'Serving', message: 'It serves.' } };
const pulling: Report = {
  ready: { status: 'False', reason: 'ImagePullFailed', message: 'The image cannot be pulled.' },
  stalled: true,
};

interface Facts {
  before?: HostedSiteStatus;
  generation?: number;
  owned?: Manifest[];
  revisions?: Revision[];
  reports?: [ComponentName, Report][];
  suspend?: boolean;
  change?: Partial<Judgement>;
}

function judged({
  before,
  generation = 1,
  owned = [rolledOut(1)],
  revisions = [revision(1)],
  reports,
  suspend,
  change,
}: Facts) {
  const site = hostedSite({ suspend: suspend === true }, before === undefined ? {} : { status: before });
  site.metadata = { ...site.metadata, generation };
  const seen: Observed = {
    now: new Date(noon),
    site,
    owned,
    pods: [],
    revisions,
    storageClasses: new Map(),
    ingressClasses: new Map(),
  };
  const judgement: Judgement = {
    seen,
    site: resolve(site, settings),
    revision: revision(1),
    reports: (reports ?? [['web', ready]]).map(([component, report]) => ({ component, report })),
    refusals: [],
    asDesired: true,
    ...change,
  };
  return siteStatus(judgement);
}

function condition(status: HostedSiteStatus, type: string) {
  return status.conditions?.find((one) => one.type === type);
}

describe('the status of a site', () => {
  it('is whole', () => {
    assert.deepEqual(
      judged({
        reports: [
          ['web', ready],
          ['route', { ...ready, status: { urls: ['http://www.example.org/'] } }],
        ],
      }),
      {
        observedGeneration: 1,
        conditions: [
          {
            type: 'Ready',
            status: 'True',
            reason: 'Serving',
            message: 'The spec is in force and the site serves.',
          },
          { type: 'Available', status: 'True', reason: 'Serving', message: 'Visitors are served.' },
          { type: 'WebReady', status: 'True', reason: 'Serving', message: 'It serves.' },
          { type: 'RouteReady', status: 'True', reason: 'Serving', message: 'It serves.' },
        ].map((one) => ({ ...one, observedGeneration: 1, lastTransitionTime: noon })),
        replicas: 1,
        selector:
          'app.kubernetes.io/name=hostedsite,app.kubernetes.io/instance=shop,app.kubernetes.io/managed-by=hostedsite,app.kubernetes.io/component=web',
        urls: ['http://www.example.org/'],
        release: { current: 'image:1', revision: 'shop-web-1', lastGood: 'image:1', outcome: 'Succeeded' },
      },
    );
  });

  it('is the same for the same facts, at whatever time', () => {
    const first = judged({});
    const second = judged({ before: first });
    assert.deepEqual(second, first);
  });

  it('has conditions of the components that the site has, and of no others', () => {
    const before = judged({
      reports: [
        ['web', ready],
        ['database', ready],
      ],
    });
    assert.equal(condition(judged({ before }), 'DatabaseReady'), undefined);
  });

  it('forgets what a component no longer says', () => {
    const before = judged({
      reports: [['database', { ...ready, status: { database: { primary: 'shop-database-0' } } }]],
    });
    assert.deepEqual(before.database, { primary: 'shop-database-0' });
    assert.equal(judged({ before }).database, undefined);
  });

  it('refuses a component without a condition of its own', () => {
    assert.throws(
      () => judged({ reports: [['cron' as ComponentName, ready]] }),
      /CronReady is not in api\/conditions.ts/,
    );
  });
});

describe('the time of a condition', () => {
  const earlier = (status: 'True' | 'False', reason = 'Serving'): HostedSiteStatus => ({
    observedGeneration: 1,
    conditions: [{ type: 'WebReady', status, reason, message: 'Before.', lastTransitionTime: morning }],
  });
  it('stays while its status stays, though reason and message change', () => {
    const found = condition(judged({ before: earlier('True', 'Starting') }), 'WebReady');
    assert.deepEqual(
      [found?.lastTransitionTime, found?.reason, found?.message],
      [morning, 'Serving', 'It serves.'],
    );
  });
  it('moves with its status', () => {
    assert.equal(condition(judged({ before: earlier('False') }), 'WebReady')?.lastTransitionTime, noon);
  });
  it('stays through a new generation, which is told all the same', () => {
    const found = condition(judged({ before: earlier('True'), generation: 2 }), 'WebReady');
    assert.deepEqual([found?.lastTransitionTime, found?.observedGeneration], [morning, 2]);
  });
});

describe('what stalls a site', () => {
  const inForce = judged({});
  const rows: { title: string; facts: Facts; stalled: string | undefined; working: boolean }[] = [
    { title: 'nothing', facts: {}, stalled: undefined, working: false },
    {
      title: 'a component',
      facts: { before: inForce, reports: [['web', pulling]] },
      stalled: 'ImagePullFailed',
      working: false,
    },
    {
      title: 'a refusal, before what components say',
      facts: {
        before: inForce,
        reports: [['web', pulling]],
        change: { refusals: [{ reason: 'NameTaken', message: 'Taken.' }] },
      },
      stalled: 'NameTaken',
      working: false,
    },
    {
      title: 'not what the generation before left behind, at the first sight of a new one',
      facts: { before: inForce, generation: 2, reports: [['web', pulling]], change: { asDesired: false } },
      stalled: undefined,
      working: true,
    },
    {
      title: 'what is wrong with a new generation that asks for nothing new',
      facts: { before: inForce, generation: 2, reports: [['web', pulling]] },
      stalled: 'ImagePullFailed',
      working: false,
    },
    {
      title: 'what the generation before left behind, while the new one is held',
      facts: {
        before: inForce,
        generation: 2,
        reports: [['web', pulling]],
        suspend: true,
        change: { asDesired: false },
      },
      stalled: 'ImagePullFailed',
      working: false,
    },
    {
      title: 'not a component that waits',
      facts: {
        reports: [['database', { ready: { status: 'Unknown', reason: 'Starting', message: 'It starts.' } }]],
      },
      stalled: undefined,
      working: true,
    },
  ];
  for (const { title, facts, stalled, working } of rows) {
    it(title, () => {
      const status = judged(facts);
      assert.equal(condition(status, 'Stalled')?.reason, stalled);
      assert.equal(condition(status, 'Reconciling') !== undefined, working);
    });
  }
});

describe('the release in the status', () => {
  const one = {
    current: 'image:1',
    revision: 'shop-web-1',
    lastGood: 'image:1',
    outcome: 'Succeeded',
  } as const;
  const two = { current: 'image:2', revision: 'shop-web-2', lastGood: 'image:1' } as const;
  const serving: HostedSiteStatus = { observedGeneration: 1, release: one };
  const next = { before: serving, revisions: [revision(1), revision(2)], change: { revision: revision(2) } };
  const rows: { title: string; facts: Facts; release: HostedSiteStatus['release'] }[] = [
    { title: 'serves', facts: { before: serving }, release: one },
    { title: 'rolls out', facts: next, release: { ...two, outcome: 'Progressing' } },
    {
      title: 'rolls out for the first time',
      facts: { owned: [] },
      release: { current: 'image:1', revision: 'shop-web-1', outcome: 'Progressing' },
    },
    {
      title: 'has come to serve',
      facts: { ...next, owned: [rolledOut(2)] },
      release: { ...two, lastGood: 'image:2', outcome: 'Succeeded' },
    },
    {
      title: 'fails',
      facts: { ...next, reports: [['web', pulling]] },
      release: { ...two, outcome: 'Failed', message: 'The image cannot be pulled.' },
    },
    {
      title: 'does not fail with the database',
      facts: { ...next, reports: [['database', pulling]] },
      release: { ...two, outcome: 'Progressing' },
    },
    {
      title: 'once served and now fails',
      facts: { before: serving, owned: [rolledOut(1, 0)], reports: [['web', pulling]] },
      release: one,
    },
    {
      title: 'is held by suspend',
      facts: { ...next, revisions: [revision(1)], suspend: true },
      release: one,
    },
    {
      title: 'is held by a refusal',
      facts: {
        ...next,
        revisions: [revision(1)],
        change: { revision: revision(2), refusals: [{ reason: 'NameTaken', message: 'Taken.' }] },
      },
      release: one,
    },
    {
      title: 'is held, and there was none before',
      facts: { revisions: [], change: { refusals: [{ reason: 'NameTaken', message: 'Taken.' }] } },
      release: undefined,
    },
  ];
  for (const { title, facts, release } of rows) {
    it(title, () => assert.deepEqual(judged(facts).release, release));
  }
});

describe('the status after a pass that failed before anything was judged', () => {
  const { site, seen } = { site: hostedSite(), seen: judged({}) };
  const early = siteStatus({
    seen: {
      now: new Date(noon),
      site: {
        ...site,
        metadata: { ...site.metadata, generation: 2 },
        status: { ...seen, urls: ['http://www.example.org/'] },
      },
      owned: [rolledOut(1)],
      pods: [],
      revisions: [],
      storageClasses: new Map(),
      ingressClasses: new Map(),
    },
    reports: [],
    refusals: [],
    asDesired: false,
    failure: 'The last pass was cut off.',
  });
  it('is of the new generation', () => assert.equal(early.observedGeneration, 2));
  it('says why', () => assert.equal(condition(early, 'Ready')?.message, 'The last pass was cut off.'));
  it('knows whether visitors are served', () => assert.equal(condition(early, 'Available')?.status, 'True'));
  it('leaves the rest, with the generation that it is of', () => {
    assert.deepEqual(condition(early, 'WebReady'), condition(seen, 'WebReady'));
    assert.deepEqual([early.urls, early.release], [['http://www.example.org/'], seen.release]);
  });
});
