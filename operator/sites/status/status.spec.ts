import assert from 'node:assert/strict';
import type { HostedSiteStatus } from '../../kinds/hosted-site/hosted-site.ts';
import type { Report } from '../../components/component.ts';
import { siteStatus } from './status.ts';
import { condition, judged, morning, noon, pulling, ready, rolledOut } from '../../testing/judgement.ts';
import type { Facts } from '../../testing/judgement.ts';
import { hostedSite, sight } from '../../testing/world.ts';

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
        desiredReplicas: 1,
        selector:
          'app.kubernetes.io/name=hostedsite,app.kubernetes.io/instance=shop,app.kubernetes.io/managed-by=hostedsite,app.kubernetes.io/component=web',
        urls: ['http://www.example.org/'],
        preset: 'Generic',
        release: {
          desired: { image: 'image:1', revision: 'shop-web-1' },
          running: { image: 'image:1', revision: 'shop-web-1' },
          lastGood: 'image:1',
          outcome: 'Succeeded',
        },
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

  it('is Available without an object cache, for which Ready waits', () => {
    const starting: Report = { ready: { status: 'Unknown', reason: 'Starting', message: 'It starts.' } };
    const status = judged({
      reports: [
        ['web', ready],
        ['object-cache', starting],
      ],
    });
    assert.deepEqual(
      ['Available', 'ObjectCacheReady', 'Ready'].map((type) => condition(status, type)?.status),
      ['True', 'Unknown', 'Unknown'],
    );
  });
});

describe('how many pods there are to be', () => {
  const before: HostedSiteStatus = { desiredReplicas: 3 };
  const refusals = [{ reason: 'NameTaken', message: 'Taken.' }] as const;
  const rows: [string, Facts, number | undefined][] = [
    ['is as the pass has written it', { before }, 1],
    ['stays while the spec is refused', { before, change: { refusals } }, 3],
    ['stays while the site is suspended', { before, suspend: true }, 3],
    ['stays while passes are cut off', { before, change: { failure: 'The last pass was cut off.' } }, 3],
    ['is not known of a site that was never carried out', { change: { refusals } }, undefined],
  ];
  for (const [what, facts, desired] of rows)
    it(what, () => {
      const { desiredReplicas, replicas } = judged(facts);
      assert.deepEqual([desiredReplicas, replicas], [desired, 1]);
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

describe('the status after a pass that failed before anything was judged', () => {
  const { site, seen } = { site: hostedSite(), seen: judged({}) };
  const ofEarlierOperator = { ...(condition(seen, 'WebReady') ?? assert.fail()), type: 'EarlierReady' };
  const early = siteStatus({
    seen: sight([rolledOut(1)], {
      ...site,
      metadata: { ...site.metadata, generation: 2 },
      status: {
        ...seen,
        urls: ['http://www.example.org/'],
        conditions: [...(seen.conditions ?? []), ofEarlierOperator],
      },
    }),
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
  it('has no condition that this operator does not know', () =>
    assert.equal(condition(early, 'EarlierReady'), undefined));
});
