import assert from 'node:assert/strict';
import type { HostedSiteSpec } from '../kinds/hosted-site/hosted-site.ts';
import { componentLabels } from '../objects/labels.ts';
import { Commanded } from '../testing/commanded.ts';

const order = 'Maintenance';
const offline = (command: readonly string[]): Partial<HostedSiteSpec> => ({
  release: { command: [...command], order },
});
const image = (tag: number): string => `registry.example.org/shop:${tag}`;

function leadsTo(shop: Commanded): string {
  const text = JSON.stringify(shop.world.cluster.get('Ingress', 'customer-a', 'shop'));
  return text.includes('shop-maintenance') ? 'page' : 'site';
}

function later(shop: Commanded, seconds: number): void {
  shop.world.now = new Date(shop.world.now.getTime() + seconds * 1000);
}

/** Release 1 serves, and the command of release 2 is asked for; visitors have the page. */
async function asked(command: readonly string[], spec: Partial<HostedSiteSpec> = {}): Promise<Commanded> {
  const shop = new Commanded({ ...offline(['migrate']), ...spec });
  await shop.rest();
  shop.release(2, offline(command));
  await shop.passes();
  shop.world.runControllers();
  await shop.passes();
  assert.equal(leadsTo(shop), 'page');
  return shop;
}

/** The same, and it runs. */
async function atWork(command: readonly string[], spec: Partial<HostedSiteSpec> = {}): Promise<Commanded> {
  const shop = await asked(command, spec);
  await shop.jobs.settle();
  shop.world.runControllers();
  await shop.passes();
  later(shop, 10);
  await shop.untilOpen();
  return shop;
}

describe('the page of a command with order Maintenance', () => {
  const changes: [string, Partial<HostedSiteSpec>][] = [
    ['the spec goes back to what runs', { image: image(1) }],
    ['the command is taken out', { release: undefined as never }],
    ['the order is another one', { release: { command: ['hang'], order: 'Before' } }],
  ];
  for (const [what, change] of changes) {
    it(`stays while its pod works on the data, though ${what}`, async () => {
      const shop = await atWork(['hang']);
      shop.world.change(change);
      await shop.rest();
      assert.equal(leadsTo(shop), 'page');
      assert.notEqual(shop.world.condition('Ready')?.split('/')[0], 'True');
    });
  }

  it('stays when its failure is known and its pod has not ended', async () => {
    const shop = await atWork(['hang']);
    shop.world.cluster.edit('Job', 'customer-a', 'shop-release', (job) => {
      job['status'] = { conditions: [{ type: 'FailureTarget', status: 'True', reason: 'DeadlineExceeded' }] };
    });
    await shop.passes();
    assert.match(shop.records[1] ?? '', /^Failed 2 /);
    assert.equal(leadsTo(shop), 'page');
  });

  it('does not come before the database serves: what ran before serves on', async () => {
    const shop = new Commanded({ ...offline(['migrate']), database: { engine: 'MariaDB' } });
    await shop.rest();
    shop.world.cluster.edit('StatefulSet', 'customer-a', 'shop-database', (object) => {
      object['status'] = {};
    });
    shop.release(2);
    await shop.passes();
    assert.deepEqual([leadsTo(shop), shop.world.names('Deployment')], ['site', ['shop-web']]);
    assert.equal(shop.world.status.release?.command?.reason, 'WaitingForDatabase');
  });

  it('stays as it is while the site is suspended, and that is told', async () => {
    const shop = await asked(['migrate']);
    shop.world.change({ suspend: true });
    await shop.rest();
    const reported = shop.world.status.conditions?.find(({ type }) => type === 'Available');
    assert.equal(leadsTo(shop), 'page');
    assert.match(reported?.message ?? '', /when spec\.suspend was set/);
    shop.world.change({ suspend: false });
    await shop.rest();
    later(shop, 10);
    await shop.rest();
    assert.deepEqual([shop.begun, shop.runs], [2, '2']);
  });

  it('is told as that of the release', async () => {
    const shop = await atWork(['hang']);
    await shop.pass();
    const reported = shop.world.status.conditions?.find(({ type }) => type === 'Available');
    assert.equal(reported?.reason, 'Maintenance');
    const holds = shop.world.status.holds?.map(({ who, what }) => `${who}: ${what.join(', ')}`);
    assert.deepEqual(holds, ['release.command: Cron, Workers']);
    assert.match(reported?.message ?? '', /command of the release/);
  });

  it('goes when the only pod of the release before is on a node that is lost', async () => {
    const shop = await atWork(['migrate']);
    await shop.jobs.settle();
    await shop.passes();
    shop.world.runControllers();
    shop.world.cluster.seed({
      ...{ apiVersion: 'v1', kind: 'Pod' },
      metadata: {
        name: 'lost',
        namespace: 'customer-a',
        uid: 'lost',
        labels: {
          ...componentLabels({ name: 'shop' }, 'web'),
          'hostedsite.dev/revision': shop.revisions[0] ?? '',
        },
        finalizers: ['kept'],
        deletionTimestamp: shop.world.now.toISOString(),
      },
      status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'False' }] },
    });
    later(shop, 29);
    await shop.passes();
    assert.equal(leadsTo(shop), 'page');
    later(shop, 2);
    await shop.passes();
    assert.equal(leadsTo(shop), 'site');
  });
});

describe('workers and a command with order Maintenance', () => {
  const workers = [{ name: 'mail', command: ['./worker'], replicas: 2 }];
  const replicas = (shop: Commanded): number | undefined =>
    (
      shop.world.cluster.get('Deployment', 'customer-a', 'shop-worker-mail')?.['spec'] as
        { replicas: number } | undefined
    )?.replicas;

  it('are none from when the page is shown until the release serves', async () => {
    const shop = await asked(['migrate'], { workers });
    assert.equal(replicas(shop), 0);
    await shop.jobs.settle();
    later(shop, 10);
    await shop.passes();
    assert.equal(shop.begun, 1, 'not before their controller has seen it');
    shop.world.runControllers();
    await shop.passes();
    await shop.jobs.settle();
    later(shop, 10);
    await shop.untilOpen();
    await shop.jobs.settle();
    await shop.passes();
    assert.deepEqual([shop.begun, shop.runs, replicas(shop)], [2, '2', 0]);
    shop.world.runControllers();
    later(shop, 3);
    await shop.rest();
    assert.deepEqual([leadsTo(shop), replicas(shop)], ['site', 2]);
  });

  it('come back with what runs when it has failed', async () => {
    const shop = await atWork(['exit', '1'], { workers });
    await shop.rest();
    later(shop, 10);
    await shop.rest();
    assert.deepEqual([leadsTo(shop), replicas(shop)], ['site', 2]);
  });
});
