import assert from 'node:assert/strict';
import type { HostedSiteSpec } from '../kinds/hosted-site/hosted-site.ts';
import { components } from '../components/index.ts';
import { World } from '../testing/world.ts';

/** The life of sites with the real components; what each of them says in detail is in its own specs. */
const wordpress: Partial<HostedSiteSpec> = { preset: 'WordPress', database: { engine: 'MariaDB' } };

async function inForce(spec: Partial<HostedSiteSpec>): Promise<World> {
  const world = new World(spec, components);
  await world.bringUp();
  await world.bringUp();
  world.cluster.forgetRecords();
  return world;
}

function statuses({ cluster }: World): number {
  return cluster.writes.filter(({ verb }) => verb === 'status').length;
}

function applied({ cluster }: World): string[] {
  return cluster.applied.map(
    ({ kind, metadata }) => `${kind}/${metadata.name.replace(/-[0-9a-f]{10}$/, '-*')}`,
  );
}

/** Where the route leads visitors. */
function servingIn({ cluster }: World): string | undefined {
  return /"name":"(shop-[a-z]+)"/.exec(JSON.stringify(cluster.get('Ingress', 'customer-a', 'shop')))?.[1];
}

function replicas({ cluster }: World): unknown {
  return (cluster.get('Deployment', 'customer-a', 'shop-web')?.['spec'] as { replicas: number }).replicas;
}

describe('the life of a WordPress site', () => {
  it('is told with what a pass has just made, so that the next one has nothing to tell', async () => {
    const world = new World(wordpress, components);
    await world.pass();
    assert.equal(world.condition('NetworkReady'), 'True/PoliciesWritten');
    world.cluster.forgetRecords();
    await world.pass();
    assert.equal(statuses(world), 0);
  });

  it('is told step by step only where the steps take longer than twenty seconds', async () => {
    const world = new World(wordpress, components);
    await world.pass();
    const step = async (name: string, seconds: number): Promise<number> => {
      world.cluster.edit('PersistentVolumeClaim', 'customer-a', name, (claim) => {
        claim['status'] = { phase: 'Bound', capacity: { storage: '100Gi' } };
      });
      world.now = new Date(world.now.getTime() + seconds * 1000);
      world.cluster.forgetRecords();
      await world.pass();
      return statuses(world);
    };
    assert.equal(await step('shop-files', 60), 0, 'the first step begins to wait');
    assert.equal(await step('data-shop-database-0', 19), 0);
    assert.deepEqual((await world.pass()).recheckAt, new Date(world.now.getTime() + 1000));
    assert.equal(await step('data-shop-database-0', 1), 1, 'both are told');
    assert.equal(world.condition('FilesReady'), 'True/Bound');
  });

  it('begins with policies, then credentials, then volumes, then what uses them', async () => {
    const world = new World(wordpress, components);
    await world.pass();
    assert.deepEqual(applied(world), [
      'NetworkPolicy/shop-application',
      'NetworkPolicy/shop-command',
      'NetworkPolicy/shop-cron',
      'NetworkPolicy/shop-database',
      'NetworkPolicy/shop-web',
      'NetworkPolicy/shop-default-deny',
      'PersistentVolumeClaim/shop-files',
      'PersistentVolumeClaim/data-shop-database-0',
      'ServiceAccount/shop-database',
      'Service/shop-database-pods',
      'Service/shop-database',
      'StatefulSet/shop-database',
      'ConfigMap/shop-cache-*',
      'ControllerRevision/shop-web-*',
      'ServiceAccount/shop-web',
      'Deployment/shop-web',
      'Service/shop-web',
      'Ingress/shop',
      'CronJob/shop-cron-wp-cron',
    ]);
    const secrets = ['shop-database', 'shop-database-root', 'shop-application', 'shop-admin'];
    for (const name of secrets) assert.ok(await world.cluster.read('Secret', 'customer-a', name), name);
    assert.equal(world.condition('ApplicationReady'), 'Unknown/WaitingForDatabase');
    assert.equal(world.condition('Ready'), 'Unknown/Progressing');
  });

  it('goes on with the first installation when the database takes connections', async () => {
    const world = new World(wordpress, components);
    await world.settle();
    assert.deepEqual(world.names('Job'), []);
    world.runControllers();
    await world.settle();
    assert.deepEqual(world.names('Job'), ['shop-install']);
    assert.equal(world.condition('ApplicationReady'), 'Unknown/Installing');
    assert.equal(world.condition('Ready'), 'Unknown/Progressing');
  });

  it('comes into force', async () => {
    const world = await inForce(wordpress);
    const conditions = [
      'Ready',
      'Available',
      'WebReady',
      'CacheReady',
      'DatabaseReady',
      'FilesReady',
      'ApplicationReady',
      'RouteReady',
      'NetworkReady',
      'CronReady',
      'RenderingCurrent',
    ];
    for (const type of conditions) assert.match(world.condition(type) ?? '', /^True\//, type);
    assert.deepEqual(world.status.conditions?.map(({ type }) => type).sort(), conditions.sort());
    assert.deepEqual(world.status.urls, ['http://www.example.org/']);
    assert.deepEqual(world.status.database, { primary: 'shop-database-0' });
    assert.equal(world.status.release?.outcome, 'Succeeded');
  });

  it('asks nothing of the API server while nothing happens', async () => {
    const world = await inForce(wordpress);
    world.cluster.fail({ times: 1000, answer: new Error('a request was sent') });
    // When the second run of its cron job is due: if neither has succeeded by then, one was missed.
    assert.deepEqual(await world.pass(), { kind: 'settled', recheckAt: new Date('2030-01-01T12:28:05Z') });
  });

  it('brings a new image with two writes', async () => {
    const world = await inForce(wordpress);
    world.change({ image: 'registry.example.org/shop:2' });
    await world.settle();
    assert.deepEqual(applied(world), ['ControllerRevision/shop-web-*', 'Deployment/shop-web']);
    assert.equal(world.condition('Ready'), 'Unknown/Progressing');
    assert.equal(world.condition('Available'), 'True/Serving');
    world.runControllers();
    await world.settle();
    assert.equal(world.condition('Ready'), 'True/Serving');
    assert.deepEqual(world.names('Job'), ['shop-install']);
  });

  it('ends, with its data when that is asked for, without an operator', async () => {
    const world = await inForce({ ...wordpress, deletionPolicy: 'Delete' });
    world.cluster.remove('HostedSite', 'customer-a', 'shop');
    await world.collectGarbage();
    assert.deepEqual(world.names('PersistentVolumeClaim'), []);
    const left = ['shop-database', 'shop-database-root', 'shop-application', 'shop-admin'].map((name) =>
      world.cluster.read('Secret', 'customer-a', name),
    );
    assert.deepEqual(await Promise.all(left), [undefined, undefined, undefined, undefined]);
  });

  it('takes another preset on, and its leftovers go with it in the end', async () => {
    const world = await inForce({ ...wordpress, deletionPolicy: 'Delete' });
    world.change({ preset: 'Generic' });
    await world.settle();
    assert.deepEqual(world.names('Job'), []);
    world.cluster.remove('HostedSite', 'customer-a', 'shop');
    await world.collectGarbage();
    assert.equal(await world.cluster.read('Secret', 'customer-a', 'shop-admin'), undefined);
  });
});

describe('the life of a Generic site', () => {
  it('needs no credentials and no volume', async () => {
    const world = await inForce({});
    assert.equal(world.condition('Ready'), 'True/Serving');
    assert.deepEqual([world.names('PersistentVolumeClaim'), world.names('StatefulSet')], [[], []]);
    assert.deepEqual(
      world.status.conditions?.map(({ type }) => type),
      ['Ready', 'Available', 'NetworkReady', 'CacheReady', 'WebReady', 'RouteReady', 'RenderingCurrent'],
    );
  });

  it('sleeps behind a page, and wakes', async () => {
    const world = await inForce({});
    const now = () => [servingIn(world), replicas(world), world.condition('Available')];
    world.change({ replicas: 0 });
    await world.settle();
    assert.deepEqual(now(), ['shop-web', 1, 'True/Serving']);
    world.runControllers();
    await world.settle();
    assert.deepEqual(now(), ['shop-maintenance', 0, 'False/ScaledToZero']);
    await world.bringUp();
    assert.equal(world.condition('Ready'), 'True/ScaledToZero');
    assert.equal(world.condition('RouteReady'), 'True/ScaledToZero');
    world.change({ replicas: 2 });
    await world.settle();
    assert.deepEqual(now(), ['shop-maintenance', 2, 'False/Starting']);
    await world.bringUp();
    assert.deepEqual(now(), ['shop-web', 2, 'True/Serving']);
    assert.equal(world.condition('Ready'), 'True/Serving');
    assert.deepEqual([world.status.replicas, world.names('Deployment')], [2, ['shop-web']]);
  });

  it('sleeps although its page cannot be shown', async () => {
    const world = await inForce({});
    world.change({ replicas: 0 });
    await world.settle();
    const { recheckAt } = await world.pass();
    assert.equal(replicas(world), 1);
    world.now = recheckAt ?? assert.fail('nobody looks again');
    await world.settle();
    assert.deepEqual([servingIn(world), replicas(world)], ['shop-web', 0]);
    assert.equal(world.condition('RouteReady'), 'Unknown/Progressing');
  });

  it('is stalled, and told the way out, when the image cannot be pulled; what ran runs on', async () => {
    const world = await inForce({});
    world.change({ image: 'registry.example.org/shop:broken' });
    await world.settle();
    world.failNewPod('ImagePullBackOff');
    await world.settle();
    assert.equal(world.condition('Stalled'), 'True/ImagePullFailed');
    assert.equal(world.condition('Available'), 'True/Serving');
    assert.deepEqual(
      [world.status.release?.outcome, world.status.release?.lastGood],
      ['Failed', 'registry.example.org/shop:1'],
    );
    world.change({ image: 'registry.example.org/shop:1' });
    await world.settle();
    assert.equal(world.condition('Stalled'), undefined);
    world.runControllers();
    await world.settle();
    assert.equal(world.condition('Ready'), 'True/Serving');
  });

  it('goes into maintenance and comes back, and its pods are left alone', async () => {
    const world = await inForce({});
    const route = () => servingIn(world);
    world.change({ route: { maintenance: { enabled: true } } });
    await world.settle();
    assert.deepEqual(applied(world), [
      'NetworkPolicy/shop-cache',
      'NetworkPolicy/shop-web',
      'NetworkPolicy/shop-default-deny',
      'ConfigMap/shop-maintenance-*',
      'Deployment/shop-maintenance',
      'Service/shop-maintenance',
    ]);
    assert.deepEqual([route(), world.condition('Ready')], ['shop-web', 'Unknown/Progressing']);
    await world.bringUp();
    assert.equal(route(), 'shop-maintenance');
    assert.equal(world.condition('Ready'), 'True/Maintenance');
    assert.equal(world.condition('Available'), 'False/Maintenance');
    world.cluster.edit('Deployment', 'customer-a', 'shop-maintenance', (maintenancePage) => {
      maintenancePage['status'] = { observedGeneration: 1, replicas: 1, availableReplicas: 0 };
    });
    await world.settle();
    assert.deepEqual([route(), world.condition('RouteReady')], ['shop-maintenance', 'Unknown/Progressing']);
    assert.equal(world.condition('Available'), 'False/Maintenance');
    world.change({ route: { maintenance: { enabled: false } } });
    await world.bringUp();
    assert.deepEqual([route(), world.condition('Ready')], ['shop-web', 'True/Serving']);
    assert.deepEqual(world.names('Deployment'), ['shop-web']);
    assert.deepEqual(world.names('Service'), ['shop-web']);
    assert.ok(!applied(world).includes('Deployment/shop-web'));
  });
});
