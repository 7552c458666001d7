import assert from 'node:assert/strict';
import { autoscaler, patienceEnds } from './autoscaler.ts';
import { liveObject, livePod, observed, testSite } from '../testing/site.ts';

const autoscaling = { minReplicas: 2, maxReplicas: 6, targetCPUUtilizationPercentage: 70 };
const site = testSite({ autoscaling });
const long = '2030-01-01T08:00:00Z';
/** Two minutes before now, and a second later. */
const [due, early] = ['2030-01-01T11:58:00Z', '2030-01-01T11:58:01Z'];

interface Facts {
  able?: string;
  active?: string;
  since?: string;
  /** Of the pods that are ready; there are others which cannot be measured. */
  servesSince?: string[];
}

/** `able` and `active`: a reason of the condition when it is False, `''` when it is True. */
function seen({ able = '', active, since = long, servesSince = [long] }: Facts) {
  const condition = (type: string, reason: string | undefined) =>
    reason === undefined
      ? []
      : [
          {
            type,
            status: reason === '' ? 'True' : 'False',
            reason: reason === '' ? 'ValidMetricFound' : reason,
            message: 'no metrics for 3 pods, shop-web-7f9c-abcde first',
            lastTransitionTime: since,
          },
        ];
  const conditions = [
    ...condition('AbleToScale', able),
    ...condition('ScalingActive', active),
    ...condition('ScalingLimited', 'DesiredWithinRange'),
  ];
  return observed({
    owned: [liveObject('HorizontalPodAutoscaler', 'shop-web', { status: { conditions } })],
    pods: [
      livePod({ status: { conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: long }] } }),
      livePod({ component: 'database', status: ready(long) }),
      livePod({ metadata: { deletionTimestamp: long }, status: ready(long) }),
      ...servesSince.map((time) => livePod({ status: ready(time) })),
    ],
  });
}

function ready(lastTransitionTime: string) {
  return { conditions: [{ type: 'Ready', status: 'True', lastTransitionTime }] };
}

const noMetrics = 'FailedGetResourceMetric';

describe('what an autoscaler says of itself', () => {
  const rows: { title: string; facts: Facts; desired: string }[] = [
    { title: 'it measures', facts: { active: '' }, desired: 'works' },
    { title: 'it has not measured yet', facts: {}, desired: 'unknown' },
    { title: 'it gets no measurements', facts: { active: noMetrics }, desired: noMetrics },
    { title: 'no pod serves', facts: { active: noMetrics, servesSince: [] }, desired: 'unknown' },
    { title: 'another one is there', facts: { active: 'AmbiguousSelector' }, desired: 'AmbiguousSelector' },
    {
      title: 'it may not write, whatever it has measured before',
      facts: { able: 'FailedUpdateScale', active: '' },
      desired: 'ScalingFailed',
    },
    { title: 'it cannot do something else', facts: { active: 'InvalidSelector' }, desired: 'ScalingFailed' },
  ];
  for (const { title, facts, desired: expected } of rows) {
    it(`is ${expected} when ${title}`, () => {
      const found = autoscaler(site, seen(facts));
      assert.equal(typeof found === 'string' ? found : found.reason, expected);
    });
  }

  it('is unknown while there is none', () => assert.equal(autoscaler(site, observed()), 'unknown'));

  it('is told without the numbers and names of pods in it', () => {
    for (const reason of [noMetrics, 'AmbiguousSelector', 'InvalidSelector']) {
      const found = autoscaler(site, seen({ active: reason }));
      assert.ok(typeof found === 'object');
      assert.doesNotMatch(found.message, /\d|abcde/);
    }
  });

  it('names the reason of Kubernetes where it has no words of its own', () => {
    const found = autoscaler(site, seen({ able: 'FailedUpdateScale' }));
    assert.match(
      (found as { message: string }).message,
      /for FailedUpdateScale: kubectl describe hpa shop-web/,
    );
  });
});

describe('patience with an autoscaler', () => {
  const ends = new Date('2030-01-01T12:00:01Z');
  const rows: { title: string; facts: Facts; desired: Date | undefined }[] = [
    {
      title: 'goes on for two minutes of trouble',
      facts: { active: noMetrics, since: early },
      desired: ends,
    },
    { title: 'is over then', facts: { active: noMetrics, since: due }, desired: undefined },
    {
      title: 'begins when pods serve',
      facts: { active: noMetrics, servesSince: [early] },
      desired: ends,
    },
    {
      title: 'is that with the first pod that serves',
      facts: { active: noMetrics, servesSince: [early, long] },
      desired: undefined,
    },
    { title: 'is not needed when it works', facts: { active: '', since: early }, desired: undefined },
    {
      title: 'is not needed while no pod serves',
      facts: { active: noMetrics, since: early, servesSince: [] },
      desired: undefined,
    },
  ];
  for (const { title, facts, desired: expected } of rows) {
    it(title, () => assert.deepEqual(patienceEnds(site, seen(facts)), expected));
  }
});
