import assert from 'node:assert/strict';
import { expectGolden } from '../../../tools/golden.ts';
import type { Manifest, Site } from '../component.ts';
import { documents, liveObject, livePod, observed, released, testSite } from '../../testing/site.ts';
import type { TestOverrides } from '../../testing/site.ts';
import { web } from './index.ts';
import { replicasAnnotation, scale } from './scale.ts';
import type { Scale } from './scale.ts';

const autoscaling = { minReplicas: 2, maxReplicas: 6, targetCPUUtilizationPercentage: 70 };
const [before, after] = [new Date('2030-01-01T11:59:59Z'), new Date('2030-01-01T12:00:01Z')];
const boost = { replicas: 4, endTime: after };

function deployment(replicas: number, note?: string): Manifest {
  const metadata = note === undefined ? {} : { annotations: { [replicasAnnotation]: note } };
  return liveObject('Deployment', 'shop-web', { metadata, spec: { replicas } });
}

function seen(...owned: Manifest[]) {
  return observed({ owned });
}

/** Made 29 s before now. */
const page = liveObject('Deployment', 'shop-maintenance', {
  metadata: { creationTimestamp: '2030-01-01T11:59:31Z' },
});

const noted = (note: string) => ({ [replicasAnnotation]: note });

describe('who decides the number of pods', () => {
  const rows: { title: string; site: TestOverrides; live?: Manifest; more?: Manifest[]; desired: Scale }[] = [
    { title: 'the spec', site: { replicas: 3 }, desired: { replicas: 3 } },
    {
      title: 'the spec, whatever somebody made of the Deployment',
      site: { replicas: 3, areReplicasBySize: true },
      live: deployment(9),
      desired: { replicas: 3 },
    },
    { title: 'a boost that lasts', site: { replicas: 3, boost }, desired: { replicas: 4 } },
    { title: 'the spec, which asks for more', site: { replicas: 5, boost }, desired: { replicas: 5 } },
    {
      title: 'the spec, after a boost',
      site: { replicas: 3, boost: { ...boost, endTime: before } },
      live: deployment(4),
      desired: { replicas: 3 },
    },
    {
      title: 'the spec, at the very end of a boost',
      site: { replicas: 3, boost: { ...boost, endTime: observed().now } },
      desired: { replicas: 3 },
    },
    { title: 'who switched the site off', site: { replicas: 0, boost }, desired: { replicas: 0 } },
    {
      title: 'who switched the site off, when its page is there',
      site: { replicas: 0 },
      live: deployment(3),
      more: [page, liveObject('Ingress', 'shop', { spec: { service: { name: 'shop-maintenance' } } })],
      desired: { replicas: 0 },
    },
    {
      title: 'who switched the site off: as many as there are until its page is there',
      site: { replicas: 0 },
      live: deployment(3),
      more: [page, liveObject('Ingress', 'shop', { spec: { service: { name: 'shop-web' } } })],
      desired: { replicas: 3, until: new Date('2030-01-01T12:00:01Z') },
    },
    {
      title: 'who switched the site off, when its page takes too long',
      site: { replicas: 0 },
      live: deployment(3),
      more: [
        liveObject('Deployment', 'shop-maintenance', {
          metadata: { creationTimestamp: '2030-01-01T11:59:30Z' },
        }),
      ],
      desired: { replicas: 0 },
    },
    {
      title: 'an autoscaler, which finds its least number in a new Deployment',
      site: { autoscaling },
      desired: { replicas: 2 },
    },
    {
      title: 'an autoscaler, which takes the number over as it is',
      site: { autoscaling },
      live: deployment(5),
      desired: { annotations: noted('Autoscaled'), handOver: 5 },
    },
    {
      title: 'an autoscaler, for which a number is no longer noted',
      site: { autoscaling },
      live: deployment(5, '5'),
      desired: { annotations: noted('Autoscaled'), handOver: 5 },
    },
    {
      title: 'an autoscaler',
      site: { autoscaling, boost },
      live: deployment(5, 'Autoscaled'),
      desired: { annotations: noted('Autoscaled') },
    },
    {
      title: 'an autoscaler, which would leave a Deployment without pods alone',
      site: { autoscaling, boost },
      live: deployment(0, 'Autoscaled'),
      desired: { replicas: 4 },
    },
    {
      title: 'nobody after an autoscaler',
      site: { replicas: 1, areReplicasBySize: true },
      live: deployment(5, 'Autoscaled'),
      desired: { replicas: 5, annotations: noted('5') },
    },
    {
      title: 'nobody since an autoscaler has gone',
      site: { replicas: 1, areReplicasBySize: true },
      live: deployment(9, '5'),
      desired: { replicas: 5, annotations: noted('5') },
    },
    {
      title: 'a boost, since an autoscaler has gone',
      site: { replicas: 1, areReplicasBySize: true, boost: { ...boost, replicas: 7 } },
      live: deployment(5, '5'),
      desired: { replicas: 7, annotations: noted('5') },
    },
    {
      title: 'the spec, which says so after an autoscaler',
      site: { replicas: 3 },
      live: deployment(5, 'Autoscaled'),
      desired: { replicas: 3 },
    },
    {
      title: 'the spec, where somebody has noted nonsense',
      site: { replicas: 1, areReplicasBySize: true },
      live: deployment(5, 'many'),
      desired: { replicas: 1 },
    },
  ];
  for (const { title, site, live, more = [], desired: expected } of rows) {
    it(`is ${title}`, () =>
      assert.deepEqual(
        scale(testSite(site), seen(...(live === undefined ? [] : [live]), ...more)),
        expected,
      ));
  }
});

describe('what scales a site', () => {
  const objects = (site: Site, ...owned: Manifest[]) => web.manifests(site, seen(...owned), released());
  const find = (kind: string, site: Site) => objects(site).find(({ object }) => object.kind === kind)?.object;

  it('is the objects of the golden file', () => {
    const site = testSite({ preset: 'Generic', database: undefined, files: undefined, autoscaling });
    const expected = objects(site, deployment(3));
    expectGolden(new URL('golden/autoscaling.yaml', import.meta.url), documents(expected));
    assert.deepEqual(expected.find(({ object }) => object.kind === 'Deployment')?.handOver, {
      spec: { replicas: 3 },
    });
  });

  const budgets: { title: string; site: TestOverrides; has: boolean }[] = [
    { title: 'one pod', site: {}, has: false },
    { title: 'no pod', site: { replicas: 0, boost }, has: false },
    { title: 'two pods', site: { replicas: 2 }, has: true },
    { title: 'a boost', site: { boost }, has: true },
    { title: 'an autoscaler', site: { autoscaling }, has: true },
    {
      title: 'an autoscaler of one pod',
      site: { autoscaling: { ...autoscaling, minReplicas: 1, maxReplicas: 1 } },
      has: false,
    },
  ];
  for (const { title, site, has } of budgets) {
    it(`has ${has ? 'a' : 'no'} budget with ${title}`, () =>
      assert.equal(find('PodDisruptionBudget', testSite(site)) !== undefined, has));
  }

  it('has a budget for the pods that an autoscaler left', () => {
    const site = testSite({ areReplicasBySize: true });
    const kinds = objects(site, deployment(5, 'Autoscaled')).map(({ object }) => object.kind);
    assert.ok(kinds.includes('PodDisruptionBudget') && !kinds.includes('HorizontalPodAutoscaler'));
  });

  it('raises the bounds of the autoscaler while a boost lasts', () => {
    const bounds = (more: TestOverrides) => {
      const found = find('HorizontalPodAutoscaler', testSite({ autoscaling, ...more }));
      const { minReplicas, maxReplicas } = found?.['spec'] as typeof autoscaling;
      return [minReplicas, maxReplicas];
    };
    assert.deepEqual(bounds({}), [2, 6]);
    assert.deepEqual(bounds({ boost }), [4, 6]);
    assert.deepEqual(bounds({ boost: { ...boost, replicas: 9 } }), [9, 9]);
    assert.deepEqual(bounds({ boost: { ...boost, endTime: before } }), [2, 6]);
  });

  it('is looked at again when an autoscaler has got no measurements for too long', () => {
    const fails = { type: 'ScalingActive', status: 'False', reason: 'FailedGetResourceMetric' };
    const conditions = [{ ...fails, lastTransitionTime: '2030-01-01T11:59:00Z' }];
    const autoscaler = liveObject('HorizontalPodAutoscaler', 'shop-web', { status: { conditions } });
    const pods = [livePod({ status: { conditions: [{ type: 'Ready', status: 'True' }] } })];
    const sight = observed({ owned: [autoscaler], pods });
    const { recheckAt } = web.report(testSite({ autoscaling }), sight, released());
    assert.deepEqual(recheckAt, new Date('2030-01-01T12:01:00Z'));
  });

  it('is looked at again when a boost ends', () => {
    const recheck = (more: TestOverrides) => web.report(testSite(more), seen(), released()).recheckAt;
    assert.deepEqual(recheck({ boost }), boost.endTime);
    assert.equal(recheck({ boost: { ...boost, endTime: before } }), undefined);
    assert.equal(recheck({}), undefined);
  });
});
