import assert from 'node:assert/strict';
import type { HostedSite, HostedSiteSpec } from '../../kinds/hosted-site/hosted-site.ts';
import type { Manifest, ObjectMeta } from '../../components/component.ts';
import { components } from '../../components/index.ts';
import { componentLabels, siteLabels } from '../../objects/labels.ts';
import { ownerOfChild, ownership } from './ownership.ts';
import { reconcileSite } from '../reconcile-site.ts';
import { siteKey } from '../site-key.ts';
import { World, hostedSite } from '../../testing/world.ts';

const site = { name: 'shop', uid: 'site-uid' };
const labels = siteLabels(site);

function owner(uid: string, kind = 'HostedSite', name = 'shop') {
  return [{ apiVersion: 'hostedsite.dev/v1alpha1', kind, name, uid, controller: true }];
}

describe('ownership', () => {
  const rows: { title: string; live: Partial<ObjectMeta>; site?: string; kept?: string }[] = [
    { title: 'owned by this site', live: { ownerReferences: owner('site-uid') }, site: 'ours', kept: 'ours' },
    {
      title: 'owned by a former site of this name',
      live: { labels, ownerReferences: owner('old') },
      site: 'former',
      kept: 'former',
    },
    {
      title: 'our labels, owned by another site',
      live: { labels, ownerReferences: owner('b', 'HostedSite', 'blog') },
      site: 'foreign',
      kept: 'foreign',
    },
    {
      title: 'owned by something else',
      live: { ownerReferences: owner('b', 'ReplicaSet') },
      site: 'foreign',
      kept: 'foreign',
    },
    { title: 'our labels, no owner', live: { labels }, site: 'orphaned', kept: 'ours' },
    {
      title: 'our labels, owned by a controller',
      live: { labels, ownerReferences: owner('b', 'ReplicaSet') },
      site: 'foreign',
      kept: 'ours',
    },
    {
      title: 'our labels, an owner that is no controller',
      live: { labels, ownerReferences: [{ ...owner('b', 'Backup')[0]!, controller: false }] },
      site: 'orphaned',
      kept: 'ours',
    },
    {
      title: 'labels of another site',
      live: { labels: siteLabels({ name: 'blog' }) },
      site: 'foreign',
      kept: 'foreign',
    },
    { title: 'no labels, no owner', live: {}, site: 'foreign', kept: 'foreign' },
  ];
  for (const row of rows) {
    it(`${row.title}: ${row.site}, and ${row.kept} when it is kept`, () => {
      const live = { name: 'shop-web', ...row.live };
      assert.equal(ownership(live, 'site', site), row.site);
      assert.equal(ownership(live, 'kept', site), row.kept);
    });
  }
});

describe('the owner of a child', () => {
  it('is the site, as its controller, whose end waits for it', () => {
    assert.deepEqual(ownerOfChild(site), { ...owner('site-uid')[0], blockOwnerDeletion: true });
  });
});

const database = { database: { engine: 'MariaDB' } } as const;

describe('an object that has the name of one of ours', () => {
  const foreign: { kind: string; apiVersion: string; name: string; metadata?: Partial<ObjectMeta> }[] = [
    { kind: 'Deployment', apiVersion: 'apps/v1', name: 'shop-web' },
    { kind: 'Service', apiVersion: 'v1', name: 'shop-web' },
    { kind: 'Ingress', apiVersion: 'networking.k8s.io/v1', name: 'shop' },
    { kind: 'StatefulSet', apiVersion: 'apps/v1', name: 'shop-database' },
    { kind: 'PersistentVolumeClaim', apiVersion: 'v1', name: 'data-shop-database-0' },
    { kind: 'Secret', apiVersion: 'v1', name: 'shop-database' },
    {
      kind: 'Service',
      apiVersion: 'v1',
      name: 'shop-web',
      metadata: { labels: componentLabels(site, 'web') },
    },
    {
      kind: 'Service',
      apiVersion: 'v1',
      name: 'shop-web',
      metadata: { labels, ownerReferences: owner('b', 'HostedSite', 'blog') },
    },
  ];
  for (const { kind, apiVersion, name, metadata } of foreign) {
    const isOrphan = metadata?.labels !== undefined && metadata.ownerReferences === undefined;
    it(`${kind}/${name} ${metadata ? 'with our labels ' : ''}stays as it is, and the site is stalled`, async () => {
      const world = new World(database);
      const object: Manifest = {
        apiVersion,
        kind,
        metadata: { name, namespace: 'customer-a', ...metadata },
        data: { a: 'b' },
      };
      world.cluster.seed(object);
      const before = await world.cluster.read(kind, 'customer-a', name);
      await world.settle();
      assert.deepEqual(await world.cluster.read(kind, 'customer-a', name), before);
      assert.equal(world.condition('Stalled'), 'True/NameTaken');
      assert.equal(world.condition('Ready'), 'False/NameTaken');
      const [stall] = world.status.conditions?.filter(({ type }) => type === 'Stalled') ?? [];
      assert.match(
        stall?.message ?? '',
        new RegExp(
          `^The ${kind} ${name} ${isOrphan ? 'has the labels of this site, but no owner' : 'exists'}`,
        ),
      );
    });

    it(`${kind}/${name} ${metadata ? 'with our labels ' : ''}goes away, and the site comes up`, async () => {
      const world = new World(database);
      world.cluster.seed({ apiVersion, kind, metadata: { name, namespace: 'customer-a', ...metadata } });
      await world.settle();
      world.cluster.remove(kind, 'customer-a', name);
      await world.bringUp();
      assert.equal(world.condition('Ready'), 'True/Serving');
      assert.equal(world.condition('Stalled'), undefined);
    });
  }

  it('stops the pass: nothing is built upon it', async () => {
    const world = new World(database);
    world.cluster.seed({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'shop-database', namespace: 'customer-a' },
    });
    await world.settle();
    assert.deepEqual(world.cluster.applied, []);
  });

  it('is taken back when only its labels are gone', async () => {
    const world = new World();
    await world.bringUp();
    world.cluster.edit('Service', 'customer-a', 'shop-web', ({ metadata }) => delete metadata.labels);
    await world.settle();
    assert.deepEqual(world.names('Service'), ['shop-web']);
    assert.equal(world.condition('Ready'), 'True/Serving');
  });

  it('is waited for while it belongs to a former site of the same name', async () => {
    const world = new World();
    const metadata = {
      name: 'shop-web',
      namespace: 'customer-a',
      labels: componentLabels(site, 'web'),
      ownerReferences: owner('old'),
    };
    world.cluster.seed({ apiVersion: 'v1', kind: 'Service', metadata, spec: { of: 'the former site' } });
    assert.equal((await world.pass()).kind, 'waiting');
    assert.equal(world.condition('Stalled'), undefined);
    assert.deepEqual(world.cluster.get('Service', 'customer-a', 'shop-web')?.['spec'], {
      of: 'the former site',
    });
    world.cluster.remove('Service', 'customer-a', 'shop-web');
    await world.bringUp();
    assert.equal(world.condition('Ready'), 'True/Serving');
  });

  it('is waited for while it is being deleted', async () => {
    const world = new World();
    await world.bringUp();
    world.cluster.edit('Deployment', 'customer-a', 'shop-web', ({ metadata }) => {
      metadata.deletionTimestamp = '2030-01-01T12:00:00Z';
      metadata.finalizers = ['foregroundDeletion'];
    });
    world.cluster.forgetRecords();
    await world.pass();
    assert.deepEqual(world.cluster.applied, []);
    world.cluster.remove('Deployment', 'customer-a', 'shop-web');
    await world.pass();
    assert.deepEqual(
      world.cluster.applied.map(({ kind }) => kind),
      ['Deployment'],
    );
  });

  it('is not written when it changed hands between the look and the write', async () => {
    const world = new World();
    await world.bringUp();
    world.cluster.edit('Service', 'customer-a', 'shop-web', (object) => (object['spec'] = {}));
    const { apply } = world.cluster;
    world.cluster.apply = async (object, options) => {
      world.cluster.remove('Service', 'customer-a', 'shop-web');
      world.cluster.seed({
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'shop-web', namespace: 'customer-a', uid: 'another' },
      });
      return apply.call(world.cluster, object, options);
    };
    await assert.rejects(world.pass(), /Conflict/);
  });
});

describe('sites of one namespace whose names begin alike', () => {
  /** Each pass of both with the real components, until neither writes. */
  async function beside(
    world: World,
    other: string,
    spec: Partial<HostedSiteSpec>,
  ): Promise<(type: string) => string | undefined> {
    const metadata = { name: other, namespace: 'customer-a', uid: `${other}-uid`, generation: 1 };
    world.cluster.seed(hostedSite({ hosts: ['other.example.org'], ...spec }, { metadata }));
    const key = siteKey('customer-a', other);
    for (let turn = 0; turn < 8; turn += 1) {
      await reconcileSite(key, world.context).catch(() => undefined);
      world.runControllers();
    }
    return (type) => {
      const found = world.cluster.get('HostedSite', 'customer-a', other) as HostedSite | undefined;
      const condition = found?.status?.conditions?.find((one) => one.type === type);
      return condition && `${condition.status}/${condition.reason}`;
    };
  }
  const run = (name: string) => [{ name, schedule: 'H 3 * * *', command: ['report'] }];

  it('are told when both want a cron job of the same name, and the first one keeps its own', async () => {
    const world = new World({ cron: run('cron-x') }, components);
    await world.bringUp();
    const before = world.cluster.get('CronJob', 'customer-a', 'shop-cron-cron-x');
    assert.ok(before);
    const condition = await beside(world, 'shop-cron', { cron: run('x') });
    assert.equal(condition('Stalled'), 'True/NameTaken');
    const after = world.cluster.get('CronJob', 'customer-a', 'shop-cron-cron-x');
    assert.deepEqual([after?.metadata.uid, after?.['spec']], [before.metadata.uid, before['spec']]);
    await world.settle();
    assert.equal(world.condition('Ready'), 'True/Serving');
  });

  it('do not meet where one is called as a part of the other', async () => {
    const world = new World({}, components);
    await world.bringUp();
    const condition = await beside(world, 'shop-web', {});
    assert.deepEqual([condition('Ready'), condition('Stalled')], ['True/Serving', undefined]);
    await world.settle();
    assert.deepEqual([world.condition('Ready'), world.condition('Stalled')], ['True/Serving', undefined]);
    assert.deepEqual(world.names('Deployment').sort(), ['shop-web', 'shop-web-web']);
  });
});

describe('a pod of somebody else with the labels of a site', () => {
  const forged = (): Manifest => {
    const metadata = { name: 'forged', namespace: 'customer-a', labels: componentLabels(site, 'web') };
    const conditions = [{ type: 'Ready', status: 'False' }];
    return { apiVersion: 'v1', kind: 'Pod', metadata, status: { phase: 'Running', conditions } };
  };

  it('takes the light from no site that serves, and is told', async () => {
    const world = new World({}, components);
    await world.bringUp();
    world.cluster.seed(forged());
    await world.settle();
    assert.equal(world.condition('Ready'), 'True/Serving');
    assert.equal(world.condition('Stalled'), undefined);
    assert.equal(world.condition('WebReady'), 'Unknown/RollingOut');
    const web = world.status.conditions?.find(({ type }) => type === 'WebReady');
    assert.match(
      web?.message ?? '',
      /^The pod forged has the labels of the site's own .* Delete it, or take its label/,
    );
  });

  it('holds a new host back, for visitors may come to it, and says what to do', async () => {
    const added = 'new.example.org';
    const world = new World({}, components);
    await world.bringUp();
    world.cluster.seed(forged());
    world.change({ hosts: ['www.example.org', added] });
    await world.settle();
    world.runControllers();
    world.cluster.seed(forged());
    await world.settle();
    assert.deepEqual(world.status.urls, ['http://www.example.org/']);
    assert.equal(world.condition('RouteReady'), 'Unknown/RollingOut');
    const ready = world.status.conditions?.find(({ type }) => type === 'Ready');
    assert.match(ready?.message ?? '', /^The pod forged has the labels/);
    world.cluster.remove('Pod', 'customer-a', 'forged');
    await world.settle();
    assert.deepEqual(world.status.urls, ['http://www.example.org/', `http://${added}/`]);
    assert.equal(world.condition('Ready'), 'True/Serving');
  });
});
