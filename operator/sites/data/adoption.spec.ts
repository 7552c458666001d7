import assert from 'node:assert/strict';
import type { HostedSiteSpec } from '../../kinds/hosted-site/hosted-site.ts';
import type { Manifest } from '../../components/component.ts';
import { components } from '../../components/index.ts';
import { cachedKinds } from '../../kinds/resources.ts';
import { componentLabels } from '../../objects/labels.ts';
import { reconcileSite } from '../reconcile-site.ts';
import { dyingAt } from '../../testing/model.ts';
import { World, hostedSite, operatorNamespace, shop } from '../../testing/world.ts';

const spec: Partial<HostedSiteSpec> = { preset: 'WordPress', database: { engine: 'MariaDB' } };
const children = cachedKinds.filter((kind) => kind !== 'HostedSite');

/** A WordPress in force, deleted with `--cascade=orphan`: all that it had made is there, and nobody's. */
async function orphaned(more: Partial<HostedSiteSpec> = {}): Promise<World> {
  const world = new World({ ...spec, ...more }, components);
  await world.bringUp();
  await world.bringUp();
  assert.equal(world.condition('Ready'), 'True/Serving');
  world.cluster.remove('HostedSite', 'customer-a', 'shop');
  for (const kind of children) {
    for (const { metadata } of await world.cluster.labelled(kind, 'customer-a', {}))
      world.cluster.edit(kind, 'customer-a', metadata.name, ({ metadata: own }) => {
        if (own.ownerReferences?.some(({ uid }) => uid === 'site-uid') === true) delete own.ownerReferences;
      });
  }
  world.cluster.forgetRecords();
  return world;
}

function again(
  world: World,
  changed: Partial<HostedSiteSpec> = {},
  annotations?: Record<string, string>,
): void {
  const metadata = { ...hostedSite().metadata, uid: 'another', ...(annotations && { annotations }) };
  world.cluster.seed(hostedSite({ ...spec, ...changed }, { metadata }));
}

async function everything({ cluster }: World): Promise<Map<string, Manifest>> {
  const found = new Map<string, Manifest>();
  for (const kind of children.filter((one) => one !== 'Pod')) {
    for (const { metadata } of await cluster.labelled(kind, 'customer-a', {})) {
      const object = await cluster.read(kind, 'customer-a', metadata.name);
      if (object !== undefined) found.set(`${kind}/${metadata.name}`, object);
    }
  }
  return found;
}

function uids(objects: ReadonlyMap<string, Manifest>): Record<string, unknown> {
  return Object.fromEntries([...objects].map(([name, { metadata }]) => [name, metadata.uid]));
}

describe('a site whose objects nobody owns', () => {
  it('finds them again, and nothing is made anew or restarted', async () => {
    const world = await orphaned();
    const before = await everything(world);
    again(world);
    await world.settle();
    const after = await everything(world);
    assert.deepEqual(uids(after), uids(before));
    for (const name of ['Deployment/shop-web', 'StatefulSet/shop-database'])
      assert.deepEqual(after.get(name)?.['spec'], before.get(name)?.['spec'], name);
    const owned = [...after].filter(([name]) => !name.startsWith('PersistentVolumeClaim/'));
    for (const [name, { metadata }] of owned) {
      const [owner] = metadata.ownerReferences ?? [];
      assert.deepEqual([owner?.uid, owner?.controller], ['another', true], name);
    }
    await world.bringUp();
    assert.equal(world.condition('Ready'), 'True/Serving');
    assert.deepEqual(world.cluster.deleted, []);
  });

  it('goes on from there with what its owner has changed, and prunes what it no longer wants', async () => {
    const world = await orphaned();
    again(world, {
      image: 'registry.example.org/shop:2',
      cache: { engine: 'Pass' },
    } as Partial<HostedSiteSpec>);
    await world.settle();
    const revisions = world.cluster.list('ControllerRevision');
    assert.deepEqual(revisions.map((one) => one['revision']).sort(), [1, 2]);
    assert.equal(world.condition('Stalled'), undefined);
  });

  it('holds its cron jobs at once when it is suspended', async () => {
    const cron = [{ name: 'mail', schedule: '0 3 * * *', command: ['true'] }];
    const world = await orphaned({ cron });
    again(world, { cron, suspend: true });
    await world.settle();
    const jobs = world.cluster.list('CronJob');
    assert.ok(jobs.length > 0);
    for (const { metadata, spec: of } of jobs) {
      assert.equal(metadata.ownerReferences?.[0]?.uid, 'another');
      assert.equal((of as { suspend?: boolean }).suspend, true);
    }
  });

  it('has the hosts of before, also when it is suspended', async () => {
    const world = await orphaned();
    again(world, { suspend: true });
    await world.settle();
    const [claim] = world.cluster.list('ConfigMap', operatorNamespace);
    assert.match(claim?.metadata.annotations?.['hostedsite.dev/holder'] ?? '', /"another"/);
  });

  it('goes on looking until all is found, and says nothing of itself before', async () => {
    const cron = [{ name: 'mail', schedule: '0 3 * * *', command: ['true'] }];
    const world = await orphaned({ cron });
    again(world, { cron, suspend: true });
    world.cluster.fail({ verb: 'merge', kind: 'CronJob', answer: { code: 409, reason: 'Conflict' } });
    await assert.rejects(world.pass());
    assert.equal(world.site.status, undefined);
    await world.settle();
    for (const { metadata } of world.cluster.list('CronJob'))
      assert.equal(metadata.ownerReferences?.[0]?.uid, 'another');
    assert.ok(world.cluster.list('CronJob').length > 0);
  });

  it('is looked for by one request where there is nothing, and by none later', async () => {
    const world = new World(spec, components);
    let lists = 0;
    const { labelled } = world.cluster;
    world.cluster.labelled = (...place) => {
      lists += 1;
      return labelled.apply(world.cluster, place);
    };
    await world.bringUp();
    assert.equal(lists, 1);
  });

  it('takes nothing for a site that is another one by now, or on its way out', async () => {
    for (const change of [{ uid: 'third' }, { deletionTimestamp: '2030-01-01T13:00:00Z' }]) {
      const world = await orphaned();
      again(world);
      const { metadata } = world.cluster;
      world.cluster.metadata = async (kind, ...place) => {
        const live = await metadata.call(world.cluster, kind, ...place);
        return kind === 'HostedSite' && live ? { ...live, ...change } : live;
      };
      await world.pass().catch(() => undefined);
      assert.deepEqual(world.names('Deployment'), []);
      const web = await world.cluster.read('Deployment', 'customer-a', 'shop-web');
      assert.equal(web?.metadata.ownerReferences, undefined);
    }
  });

  it('takes an object that has lost its owner later', async () => {
    const world = new World(spec, components);
    await world.bringUp();
    await world.bringUp();
    world.cluster.edit(
      'Service',
      'customer-a',
      'shop-web',
      ({ metadata }) => delete metadata.ownerReferences,
    );
    await world.settle();
    const service = await world.cluster.read('Service', 'customer-a', 'shop-web');
    assert.equal(service?.metadata.ownerReferences?.[0]?.uid, 'site-uid');
    assert.equal(world.condition('Stalled'), undefined);
  });

  it('comes to the same end when the operator is cut off at any request of it', async () => {
    const cuts = [1, 2, 3, 5, 8, 13, 21].flatMap((at) => [
      { at, isAnswerLost: false },
      { at, isAnswerLost: true },
    ]);
    for (const cut of cuts) {
      const world = await orphaned();
      const before = uids(await everything(world));
      again(world);
      const cluster = dyingAt(world.cluster, cut);
      await reconcileSite(shop, { ...world.context, cluster }).catch(() => undefined);
      await world.settle();
      assert.deepEqual(uids(await everything(world)), before, JSON.stringify(cut));
    }
  }).timeout(20_000);
});

describe('an object with the labels of a site and no owner', () => {
  const rows: { kind: string; apiVersion: string; name: string }[] = [
    { kind: 'Deployment', apiVersion: 'apps/v1', name: 'shop-web' },
    { kind: 'Service', apiVersion: 'v1', name: 'shop-web' },
    { kind: 'ConfigMap', apiVersion: 'v1', name: 'shop-x' },
  ];
  function seed(
    world: World,
    { kind, apiVersion, name }: (typeof rows)[number],
    metadata: object = {},
  ): void {
    const labels = componentLabels({ name: 'shop' }, 'web');
    world.cluster.seed({
      apiVersion,
      kind,
      metadata: { name, namespace: 'customer-a', labels, ...metadata },
      spec: {},
    });
  }

  for (const row of rows.slice(0, 2)) {
    it(`${row.kind}: stays untouched when the operator has not written it, and the message says how to name it`, async () => {
      const world = new World(spec, components);
      seed(world, row);
      const before = await world.cluster.read(row.kind, 'customer-a', row.name);
      await world.settle();
      assert.deepEqual(await world.cluster.read(row.kind, 'customer-a', row.name), before);
      const stalled = world.status.conditions?.find(({ type }) => type === 'Stalled');
      assert.equal(stalled?.reason, 'NameTaken');
      assert.match(
        stalled.message,
        new RegExp(
          `kubectl annotate --overwrite hostedsite shop hostedsite.dev/adopt=${row.kind}/${row.name} `,
        ),
      );
    });

    it(`${row.kind}: is taken when the site names it`, async () => {
      const world = new World(spec, components);
      seed(world, row);
      world.cluster.edit('HostedSite', 'customer-a', 'shop', ({ metadata }) => {
        metadata.annotations = { 'hostedsite.dev/adopt': `ConfigMap/other, ${row.kind}/${row.name}` };
      });
      await world.settle();
      assert.equal(world.condition('Stalled'), undefined);
    });

    it(`${row.kind}: is not taken from another owner, whoever names it`, async () => {
      const world = new World(spec, components);
      const owner = { apiVersion: 'apps/v1', kind: 'Other', name: 'x', uid: 'x', controller: true };
      seed(world, row, { ownerReferences: [owner] });
      world.cluster.edit('HostedSite', 'customer-a', 'shop', ({ metadata }) => {
        metadata.annotations = { 'hostedsite.dev/adopt': `${row.kind}/${row.name}` };
      });
      await world.settle();
      assert.equal(world.condition('Stalled'), 'True/NameTaken');
      const after = await world.cluster.read(row.kind, 'customer-a', row.name);
      assert.deepEqual(after?.metadata.ownerReferences, [owner]);
    });
  }
});

describe('a Secret that is there before the site', () => {
  function restored(): World {
    const world = new World(spec, components);
    for (const name of ['shop-application', 'shop-admin', 'shop-database', 'shop-database-root'])
      world.cluster.seed({
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name, namespace: 'customer-a' },
        data: { a: 'b' },
      });
    return world;
  }

  it('is not taken, and the message says how to name it', async () => {
    const world = restored();
    await world.settle();
    const stalled = world.status.conditions?.find(({ type }) => type === 'Stalled');
    assert.match(stalled?.message ?? '', /may not read whose it is.*hostedsite\.dev\/adopt=Secret\/shop-/);
  });

  it('is the site’s when the site names it, and stays as it is', async () => {
    const world = restored();
    world.cluster.edit('HostedSite', 'customer-a', 'shop', ({ metadata }) => {
      metadata.annotations = {
        'hostedsite.dev/adopt':
          'Secret/shop-application,Secret/shop-admin,Secret/shop-database,Secret/shop-database-root',
      };
    });
    await world.bringUp();
    await world.bringUp();
    assert.equal(world.condition('Ready'), 'True/Serving');
    const secret = await world.cluster.read('Secret', 'customer-a', 'shop-database');
    assert.deepEqual(secret?.['data'], { a: 'b' });
    assert.deepEqual(await world.cluster.labelled('Secret', operatorNamespace, {}), []);
  });
});
