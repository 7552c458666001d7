import assert from 'node:assert/strict';
import type { HostedSiteSpec } from '../kinds/hosted-site/hosted-site.ts';
import { components } from '../components/index.ts';
import { World } from '../testing/world.ts';

const entry = { name: 'report', schedule: 'H 3 * * *', command: ['report'] };

interface CronJobSpec {
  suspend: boolean;
  schedule: string;
}

/** A site that serves and has a cron job. */
async function running(): Promise<World> {
  const world = new World({ cron: [entry] }, components);
  await world.bringUp();
  assert.equal(spec(world)?.suspend, false);
  world.cluster.forgetRecords();
  return world;
}

function spec(world: World): CronJobSpec | undefined {
  return world.cluster.get('CronJob', 'customer-a', 'shop-cron-report')?.['spec'] as CronJobSpec | undefined;
}

function written(world: World): string[] {
  return world.cluster.writes
    .filter(({ verb }) => verb !== 'status')
    .map(({ verb, kind, name }) => `${verb} ${kind}/${name}`);
}

describe('cron jobs of a suspended site', () => {
  it('are held, and nothing else is written', async () => {
    const world = await running();
    world.cluster.remove('Ingress', 'customer-a', 'shop');
    world.change({ suspend: true, hosts: ['other.example.org'], replicas: 2 });
    await world.settle();
    assert.deepEqual(written(world), ['apply CronJob/shop-cron-report']);
    assert.equal(spec(world)?.suspend, true);
    assert.equal(world.condition('CronReady'), 'Unknown/Suspended');
    const [hold] = world.status.holds ?? [];
    assert.deepEqual([hold?.who, hold?.what], ['spec.suspend', ['Changes', 'Commands', 'Cron', 'Tasks']]);
    world.change({ suspend: false });
    await world.settle();
    assert.equal(spec(world)?.suspend, false);
    assert.equal(world.condition('CronReady'), 'True/Scheduled');
    assert.equal(world.status.holds, undefined);
  });

  const rows: [what: string, change: Partial<HostedSiteSpec>, written: string[]][] = [
    ['is not made', { cron: [entry, { ...entry, name: 'mail' }] }, ['apply CronJob/shop-cron-report']],
    ['runs no more when it is taken out', { cron: [] }, ['delete CronJob/shop-cron-report']],
    [
      'is held whatever is refused',
      { route: { ingressClassName: 'none' } },
      ['apply CronJob/shop-cron-report'],
    ],
    [
      'is held when its own entry is refused',
      { cron: [{ ...entry, schedule: '0 0 31 2 *' }] },
      ['apply CronJob/shop-cron-report'],
    ],
  ];
  for (const [what, change, expected] of rows) {
    it(`one that ${what}`, async () => {
      const world = await running();
      world.change({ ...change, suspend: true });
      await world.settle();
      assert.deepEqual(written(world), expected);
    });
  }

  it('stay as they are when somebody edits a held one', async () => {
    const world = await running();
    world.change({ suspend: true });
    await world.settle();
    world.cluster.forgetRecords();
    world.cluster.edit('CronJob', 'customer-a', 'shop-cron-report', (object) => {
      (object['spec'] as CronJobSpec).schedule = '1 1 * * *';
    });
    await world.settle();
    assert.deepEqual(written(world), []);
    world.cluster.edit('CronJob', 'customer-a', 'shop-cron-report', (object) => {
      (object['spec'] as CronJobSpec).suspend = false;
    });
    await world.settle();
    assert.deepEqual(written(world), ['apply CronJob/shop-cron-report']);
  });
});

describe('cron jobs of a site', () => {
  it('do not decide whether it is ready', async () => {
    const world = await running();
    const ownerReferences = [
      { apiVersion: 'batch/v1', kind: 'CronJob', name: 'shop-cron-report', uid: uid(world) },
    ];
    const labels = world.cluster.get('CronJob', 'customer-a', 'shop-cron-report')?.metadata.labels ?? {};
    world.cluster.seed({
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: {
        name: 'run',
        namespace: 'customer-a',
        creationTimestamp: '2030-01-01T12:00:00Z',
        labels,
        ownerReferences,
      },
    });
    const fail = (): void =>
      world.cluster.edit('Job', 'customer-a', 'run', (job) => {
        job['status'] = { conditions: [{ type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded' }] };
      });
    fail();
    await world.settle();
    assert.equal(world.condition('CronReady'), 'False/JobFailed');
    assert.equal(world.condition('Ready'), 'True/Serving');
    assert.equal(world.condition('Stalled'), undefined);
    world.change({ image: 'registry.example.org/shop:2' });
    await world.settle();
    world.runControllers();
    fail();
    await world.settle();
    assert.deepEqual(
      [world.condition('Ready'), world.condition('CronReady')],
      ['True/Serving', 'False/JobFailed'],
    );
    assert.ok(world.names('Job').includes('run'), 'what Kubernetes made of a CronJob is not removed');
    world.change({ cron: [] });
    await world.settle();
    assert.deepEqual(
      [world.names('CronJob'), world.status.cron, world.condition('CronReady')],
      [[], undefined, undefined],
    );
  });

  it('follow a release when it serves, and not before', async () => {
    const world = await running();
    const image = () => JSON.stringify(spec(world)).match(/shop:\d/)?.[0];
    world.change({ image: 'registry.example.org/shop:2' });
    await world.settle();
    world.failNewPod('ImagePullBackOff');
    await world.settle();
    assert.equal(image(), 'shop:1');
    world.runControllers();
    await world.settle();
    assert.equal(image(), 'shop:2');
  });

  it('have labels by which what they make is found', async () => {
    const world = await running();
    const { jobTemplate } = spec(world) as unknown as {
      jobTemplate: { metadata: { labels: object }; spec: { template: { metadata: { labels: object } } } };
    };
    const expected = {
      'app.kubernetes.io/name': 'hostedsite',
      'app.kubernetes.io/instance': 'shop',
      'app.kubernetes.io/managed-by': 'hostedsite',
      'app.kubernetes.io/component': 'cron',
      'hostedsite.dev/cron': 'report',
    };
    assert.deepEqual(jobTemplate.metadata.labels, expected);
    assert.deepEqual(jobTemplate.spec.template.metadata.labels, expected);
  });

  it('that never fall due stall it, and what ran runs on', async () => {
    const world = await running();
    const before = spec(world);
    world.change({ cron: [{ ...entry, schedule: '0 0 31 2 *' }] });
    await world.settle();
    assert.equal(world.condition('Stalled'), 'True/ScheduleRejected');
    assert.deepEqual(written(world), []);
    assert.deepEqual(spec(world), before);
  });
});

function uid(world: World): string {
  return world.cluster.get('CronJob', 'customer-a', 'shop-cron-report')?.metadata.uid ?? '';
}
