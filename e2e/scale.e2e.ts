import assert from 'node:assert/strict';
import { apply, eventually, image, kubectl, namespace } from './support/cluster.ts';
import { loads } from './support/load.ts';
import { everyday } from './support/load/everyday.ts';
import { applyAndWait, children, condition, operator, site, wait } from './support/site.ts';
import { smallDatabase, smallSite } from './support/small-site.ts';

interface Deployment {
  metadata: { managedFields: { manager: string; fieldsV1: Record<string, unknown> }[] };
  spec: { replicas: number };
}

describe('the scale of a site', function () {
  operator();
  const load = loads();
  const ns = namespace('story-scale');
  let tag = '';
  const change = (spec: object): Promise<string> =>
    kubectl(['patch', 'hostedsite', 'wide', '-n', ns, '--type=merge', '-p', JSON.stringify({ spec })]);
  const deployment = async (): Promise<Deployment> => {
    const text = await kubectl([
      'get',
      'deployment',
      'wide-web',
      '-n',
      ns,
      '-o',
      'json',
      '--show-managed-fields',
    ]);
    return JSON.parse(text) as Deployment;
  };
  const replicas = async (): Promise<number> => (await deployment()).spec.replicas;
  /** Who has written `spec.replicas` as it is. */
  const owners = async (): Promise<string[]> => {
    const { managedFields } = (await deployment()).metadata;
    const own = managedFields.filter(({ fieldsV1 }) => {
      const spec = fieldsV1['f:spec'] as Record<string, unknown> | undefined;
      return spec !== undefined && 'f:replicas' in spec;
    });
    return own.map(({ manager }) => manager);
  };
  const becomes = (wanted: number, seconds: number): Promise<unknown> =>
    eventually(`the Deployment wants ${wanted}`, seconds, async () => {
      const now = await replicas();
      if (now !== wanted) throw new Error(`it wants ${now}`);
      return true;
    });
  const pods = async (component: string): Promise<string[]> => {
    const labels = `app.kubernetes.io/instance=wide,app.kubernetes.io/component=${component}`;
    const names = await kubectl(['get', 'pods', '-n', ns, '-l', labels, '-o', 'name']);
    return names.split('\n').flatMap((line) => (line === '' ? [] : line.replace('pod/', '')));
  };
  /** What `kubectl drain` does with each pod; `dryRun` asks only. */
  function evict(name: string, dryRun = false): Promise<string> {
    const metadata = { name, namespace: ns };
    const deleteOptions = dryRun ? { dryRun: ['All'] } : {};
    const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata, deleteOptions };
    const path = `/api/v1/namespaces/${ns}/pods/${name}/eviction`;
    return kubectl(['create', '--raw', path, '-f', '-'], JSON.stringify(eviction));
  }

  before(async () => {
    tag = await image('node-example-1');
    await applyAndWait(ns, smallSite('wide', tag, { database: smallDatabase }));
  });

  it('lets a drain take the only pod, and the database', async () => {
    assert.equal((await children(ns, 'wide')).has('PodDisruptionBudget/wide-web'), false);
    const all = [...(await pods('web')), ...(await pods('database'))];
    assert.equal(all.length, 2);
    for (const name of all) assert.match(await evict(name, true), /Success/);
  });

  it('lets a drain take one of two pods, and the other one when that is made up for', async () => {
    await kubectl(['scale', 'hostedsite', 'wide', '-n', ns, '--replicas=2']);
    await wait(ns, 'wide', 'Ready');
    const [first = '', second = ''] = await eventually('the budget allows one', 10, async () => {
      const found = await pods('web');
      return found.length === 2 && (await evict(found[0]!, true)) ? found : undefined;
    });
    await evict(first);
    await assert.rejects(evict(second, true), /disruption budget/);
    await eventually('the other pod may go', 30, () => evict(second, true));
    await wait(ns, 'wide', 'Ready');
  });

  it('is taken over by an autoscaler as it is, and then left to it', async () => {
    const seen = new Set<number>();
    await change({ replicas: null, autoscaling: { minReplicas: 2, maxReplicas: 4 } });
    await eventually('the autoscaler decides', 20, async () => {
      const { metadata, spec } = await deployment();
      seen.add(spec.replicas);
      const owned = metadata.managedFields.find(({ manager }) => manager === 'hostedsite')?.fieldsV1;
      return JSON.stringify(owned).includes('"f:replicas"') ? undefined : true;
    });
    assert.deepEqual([...seen], [2]);
    // Kubernetes' own controller keeps to the bounds, whatever the load is.
    await change({ autoscaling: { minReplicas: 3, maxReplicas: 4 } });
    await becomes(3, 45);
    await wait(ns, 'wide', 'Ready');
    assert.equal((await site(ns, 'wide')).status?.replicas, 3);
  });

  it('follows the load of visitors, none of whom notices', async () => {
    // Of 55m that a pod requests: idle ones use a few percent.
    await change({ autoscaling: { minReplicas: 3, maxReplicas: 4, targetCPUUtilizationPercentage: 25 } });
    await wait(ns, 'wide', 'ScalingActive', 60);
    assert.equal(await replicas(), 3);
    const first = await pods('web');
    const visits = everyday.filter(({ class: name }) => name === 'uncached' || name === 'post');
    const visitors = await load('wide.example', { rate: 100, visits });
    await becomes(4, 60);
    await kubectl(['rollout', 'status', 'deployment/wide-web', '-n', ns, '--timeout=60s']);
    await visitors.more(100);
    const visited = await visitors.stop();
    assert.deepEqual([visited.failed, visited.requests > 200], [[], true]);
    const after = await pods('web');
    assert.deepEqual([first.filter((pod) => !after.includes(pod)), after.length], [[], 4]);
    assert.deepEqual(await owners(), ['kube-controller-manager']);
  });

  it('is refused beside an autoscaler, with what to write instead', async () => {
    await assert.rejects(
      kubectl(['scale', 'hostedsite', 'wide', '-n', ns, '--replicas=2']),
      /leave replicas out and write autoscaling.minReplicas/,
    );
  });

  it('stays when the autoscaler is taken away, until it is written', async () => {
    const before = new Set(await pods('web'));
    await change({ autoscaling: null });
    await eventually('the autoscaler is gone', 20, async () =>
      (await children(ns, 'wide')).has('HorizontalPodAutoscaler/wide-web') ? undefined : true,
    );
    await wait(ns, 'wide', 'Ready');
    assert.deepEqual([await replicas(), new Set(await pods('web'))], [4, before]);
    await change({ replicas: 1 });
    await becomes(1, 20);
  });

  it('is contested by an autoscaler of somebody else, who is told', async function () {
    this.timeout(180_000);
    await apply(ns, {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'mine' },
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'wide-web' },
        minReplicas: 2,
        maxReplicas: 3,
        metrics: [
          {
            type: 'Resource',
            resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } },
          },
        ],
      },
    });
    const told = await eventually('the autoscaler is told', 60, async () => {
      const found = condition(await site(ns, 'wide'), 'ScalingActive');
      return found?.reason === 'ForeignAutoscaler' ? found : undefined;
    });
    assert.match(told.message, /HorizontalPodAutoscaler mine, which is not the site's/);
    const [, advice = ''] = /kubectl (delete hpa mine -n [-a-z]+)/.exec(told.message) ?? [];
    await kubectl(advice.split(' '));
    await eventually('it is told no more', 90, async () =>
      condition(await site(ns, 'wide'), 'ScalingActive') === undefined ? true : undefined,
    );
    await becomes(1, 20);
  });

  it('is more for a while, and then as before by itself', async () => {
    const endTime = new Date(Date.now() + 12_000).toISOString();
    await change({ boost: { replicas: 2, endTime } });
    await becomes(2, 10);
    await becomes(1, 20);
    assert.ok(Date.now() >= Date.parse(endTime), 'the boost ended too early');
    const told = await eventually('the end of the boost is told', 10, async () => {
      const found = condition(await site(ns, 'wide'), 'Boosted');
      return found?.status === 'False' ? found : undefined;
    });
    assert.match(told.message, /in the past.*Write a later endTime/);
  });

  it('is as wanted when a boost is written too late, and says what to write instead', async () => {
    await apply(ns, smallSite('late', tag, { boost: { replicas: 3, endTime: '2020-01-01T00:00:00Z' } }));
    await wait(ns, 'late', 'Ready');
    const late = await site(ns, 'late');
    assert.equal(late.status?.replicas, 1);
    assert.equal(condition(late, 'Boosted')?.reason, 'BoostOver');
  });

  it('is not written while the site is suspended', async () => {
    await change({ suspend: true, replicas: 2, autoscaling: null });
    await eventually('the site is suspended', 20, async () => {
      const { metadata, status } = await site(ns, 'wide');
      return status?.observedGeneration === metadata.generation ? true : undefined;
    });
    assert.deepEqual(
      [await replicas(), (await children(ns, 'wide')).has('PodDisruptionBudget/wide-web')],
      [1, false],
    );
  });
});
